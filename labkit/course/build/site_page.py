"""One executed lesson as one HTML page that needs nothing else."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from labkit.course.build.notebooks import FOLDED
from labkit.course.build.site_math import page_html
from labkit.course.course_map import PAGES

WIDGET = "application/vnd.jupyter.widget-view+json"
PANEL_NOTE = (
    '<p class="note">In the notebook a live panel stands here. On this page, answer with the '
    "pictures around it.</p>"
)
ON_A_PAGE = {
    "**Use the panel to answer:**": "**Answer with the pictures below:**",
    "Answer with the panel:": "Answer with the picture above:",
    "**Answer with it:**": "**Answer with the picture below:**",
    "Start the panel with": "In the notebook, start the panel with",
}
"""What a text says beside a live panel -> what it says where there is none."""
HEADINGS = ("h1", "h2", "h3", "h4")
KNOWN = re.compile(r"You should\s*\n")
"""Begins the list of what a reader should know."""
UNSEARCHED = ["math", "script", "style", "svg"]
"""Their letters are no sentences; what a drawing says stands in its label."""


@dataclass(frozen=True)
class Section:
    """A heading and all that is said below it, up to the next one: what the search finds."""

    anchor: str
    heading: str
    level: str
    """"h1" to "h4"."""
    text: str
    """Words, code and alt texts in reading order; formulas are left out."""


@dataclass(frozen=True)
class Page:
    name: str
    """File name, such as 01_softmax.html."""
    title: str
    minutes: int
    """As the lesson's first cell says; 0 for a page that is no lesson."""
    objectives: str
    """What a reader will be able to do after a lesson, or should know before the first one, as an
    HTML list; "" where the page says neither."""
    body: str
    """The text of the page as HTML."""
    sections: tuple[Section, ...]
    files: tuple[Path, ...]
    """Files of the course that the page links to; they are copied beside it."""


def lesson_page(notebook: Any, source: Path, root: Path) -> Page:
    """The page of an executed notebook.

    source: where the notebook lies, for its links; root: the course folder
    """
    from bs4 import BeautifulSoup
    from nbconvert import HTMLExporter

    first = notebook.cells[0].source if notebook.cells else ""
    for cell in notebook.cells:
        _prepare(cell)
        if cell.cell_type == "markdown":
            cell.source = without_panel(cell.source)
    exporter = HTMLExporter(template_name="basic")
    exporter.register_filter("markdown2html", page_html)
    body, _ = exporter.from_notebook_node(notebook)
    soup = BeautifulSoup(body, "html.parser")
    for prompt in soup.select(".prompt"):
        prompt.decompose()
    _fold(soup)
    files = _rewrite_links(soup, source, root)
    title = first.splitlines()[0].lstrip("# ") if first else source.stem
    minutes = re.search(r"(\d+) minutes", first)
    listed = soup.find("ul") if "able to" in first else None
    return Page(
        f"{source.stem}.html", title, int(minutes[1]) if minutes else 0, str(listed or ""),
        str(soup), sections(soup), files,
    )  # fmt: skip


def text_page(source: Path, root: Path) -> Page:
    """The page of a Markdown file that lies beside the lessons."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(page_html(source.read_text(encoding="utf-8")), "html.parser")
    files = _rewrite_links(soup, source, root)
    known = soup.find("ul") if KNOWN.search(soup.get_text()) else None
    heading = soup.find("h1")
    title = heading.get_text().strip() if heading else source.stem
    return Page(f"{source.stem}.html", title, 0, str(known or ""), str(soup), sections(soup), files)


def without_panel(text: str) -> str:
    """A text that asks to use a live panel, as it fits a page that has pictures in its place."""
    for live, still in ON_A_PAGE.items():
        text = text.replace(live, still)
    return text


def _prepare(cell: Any) -> None:
    """Outputs that need a kernel go; static twins, and what a widget brings along, stay."""
    if cell.cell_type == "code":
        kept = [out for out in cell.outputs if out.get("name") != "stderr"]
        for out in kept:
            if out.get("data", {}).pop(WIDGET, None):
                out["data"].setdefault("text/html", PANEL_NOTE)
        cell.outputs = kept
        cell.execution_count = None


def _fold(soup: Any) -> None:
    """Code that need not be read goes behind a fold that says what it does."""
    for code in soup.select(".highlight"):
        first = code.get_text().strip().partition("\n")[0]
        if first.startswith(FOLDED):
            fold, summary = soup.new_tag("details"), soup.new_tag("summary")
            summary.string = f"Code, {first.removeprefix(FOLDED)}"
            code.wrap(fold)
            fold.insert(0, summary)


def _rewrite_links(soup: Any, source: Path, root: Path) -> tuple[Path, ...]:
    """Links to lessons become links to their pages; other course files are listed for copying."""
    files = []
    for link in soup.find_all("a", href=True):
        address, _, anchor = link["href"].partition("#")
        if not address or re.match(r"[a-z]+:", address):
            continue
        target = (source.parent / unquote(address)).resolve()
        if target.suffix == ".ipynb" or target.name in PAGES:
            link["href"] = f"{target.stem}.html" + (f"#{anchor}" if anchor else "")
        elif target.is_file() and root.resolve() in target.parents:
            files.append(target.relative_to(root.resolve()))
            link["href"] = f"files/{files[-1].as_posix()}.txt"
    return tuple(dict.fromkeys(files))


def sections(soup: Any) -> tuple[Section, ...]:
    """The headings that have an anchor, each with the text below it."""
    from bs4 import NavigableString, Tag

    found: list[tuple[Tag, list[str]]] = []
    for part in soup.descendants:
        if isinstance(part, Tag) and part.name in HEADINGS and part.get("id"):
            found.append((part, []))
        elif found and isinstance(part, Tag):
            said = part.get("alt") if part.name == "img" else part.get("aria-label")
            found[-1][1].append(f" {said} " if said else "")
        elif found and type(part) is NavigableString and not part.find_parent(UNSEARCHED):
            found[-1][1].append(str(part))
    return tuple(
        Section(
            str(tag["id"]), _plain(tag.get_text()), str(tag.name),
            _plain("".join(texts)).removeprefix(_plain(tag.get_text())).strip(),
        )
        for tag, texts in found
    )  # fmt: skip


def _plain(text: str) -> str:
    return " ".join(text.replace("\u00b6", " ").split())

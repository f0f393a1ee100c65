"""One executed lesson as one HTML page that needs nothing else."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from labkit.course.build.site_math import page_html
from labkit.course.build.site_style import page

WIDGET = "application/vnd.jupyter.widget-view+json"
NO_ALT = "No description has been provided for this image"


@dataclass(frozen=True)
class Entry:
    """One thing the search finds: a heading or a picture."""

    anchor: str
    text: str
    kind: str
    """"heading" or "picture"."""


@dataclass(frozen=True)
class Page:
    name: str
    """File name, such as 01_softmax.html."""
    title: str
    minutes: int
    """As the lesson's first cell says; 0 when it does not."""
    html: str
    entries: tuple[Entry, ...]
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
    exporter = HTMLExporter(template_name="basic")
    exporter.register_filter("markdown2html", page_html)
    body, _ = exporter.from_notebook_node(notebook)
    soup = BeautifulSoup(body, "html.parser")
    files = _rewrite_links(soup, source, root)
    entries = _entries(soup)
    title = first.splitlines()[0].lstrip("# ") if first else source.stem
    minutes = re.search(r"(\d+) minutes", first)
    back = '<p><a href="index.html">All lessons</a></p>'
    return Page(
        f"{source.stem}.html", title, int(minutes[1]) if minutes else 0,
        page(title, f"{back}<main>{soup}</main>{back}"), entries, files,
    )  # fmt: skip


def _prepare(cell: Any) -> None:
    """Outputs that need a kernel go, their static twins stay."""
    if cell.cell_type == "code":
        cell.outputs = [out for out in cell.outputs if not _needs_kernel(out)]
        cell.execution_count = None


def _needs_kernel(output: Any) -> bool:
    return WIDGET in output.get("data", {}) or output.get("name") == "stderr"


def _rewrite_links(soup: Any, source: Path, root: Path) -> tuple[Path, ...]:
    """Links to lessons become links to their pages; other course files are listed for copying."""
    files = []
    for link in soup.find_all("a", href=True):
        address, _, anchor = link["href"].partition("#")
        if not address or re.match(r"[a-z]+:", address):
            continue
        target = (source.parent / unquote(address)).resolve()
        if target.suffix == ".ipynb":
            link["href"] = f"{target.stem}.html" + (f"#{anchor}" if anchor else "")
        elif target.is_file() and root.resolve() in target.parents:
            files.append(target.relative_to(root.resolve()))
            link["href"] = f"files/{files[-1].as_posix()}.txt"
    return tuple(dict.fromkeys(files))


def _entries(soup: Any) -> tuple[Entry, ...]:
    """Headings and pictures in reading order, each with an anchor of its own."""
    found: list[Entry] = []
    for tag in soup.find_all(["h1", "h2", "h3", "h4", "img"]):
        if tag.name == "img":
            tag["id"] = f"picture-{len(found)}"
            alt = (tag.get("alt") or "").strip()
            found.append(Entry(tag["id"], "" if alt == NO_ALT else alt, "picture"))
        elif tag.get("id"):
            text = tag.get_text().strip()
            found.append(Entry(tag["id"], text, "heading"))
    return tuple(found)

"""The course as pages to read without Jupyter and without a network."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from labkit import files, paths
from labkit.course.build.site_frame import framed, index
from labkit.course.build.site_page import Page, lesson_page, text_page
from labkit.course.build.site_search import NAME, search_file
from labkit.course.course_map import PAGES
from labkit.course.lesson_files import lessons

SECONDS_A_CELL = 300


class SiteError(RuntimeError):
    """The site is not fit to publish; says what to correct, one line each."""


def build(folder: Path, notebooks: Path | None = None) -> list[Path]:
    """Execute copies of the solved lessons and write one page each, a first page and a search.

    Raises SiteError when a page needs a network, a link leads nowhere or a picture has no alt
    text; nothing is written then. Takes as long as running the whole course once.
    """
    folder_of_lessons = notebooks or paths.root() / "notebooks"
    sources = lessons(folder_of_lessons / "solutions")
    if not sources:
        raise SiteError("no solved lessons were found; run `labkit lessons build`")
    before, *after = [folder_of_lessons / name for name in PAGES]
    pages = [
        *_text_pages([before]),
        *[lesson_page(executed(path), path, paths.root()) for path in sources],
        *_text_pages(after),
    ]
    texts = {one.name: framed(one, pages) for one in pages}
    texts |= {"index.html": index(pages), NAME: search_file(pages)}
    for one in pages:
        for file in one.files:
            texts[f"files/{file.as_posix()}.txt"] = _read(paths.root() / file)
    wrong = findings(texts)
    if wrong:
        raise SiteError("\n".join(wrong))
    for name, text in texts.items():
        files.write_text(folder / name, text)
    return [folder / name for name in texts]


def _text_pages(sources: list[Path]) -> list[Page]:
    return [text_page(path, paths.root()) for path in sources if path.exists()]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def executed(path: Path) -> Any:
    """The notebook with its outputs; the file itself stays as it is. A failing cell raises.

    Statements that tests run after a cell run here too, so that a training panel has a curve.
    """
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    hidden = _insert_after_statements(notebook)
    client = NotebookClient(
        notebook, timeout=SECONDS_A_CELL, kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
    )  # fmt: skip
    client.execute(env=os.environ | {"LABKIT_PROGRESS": "off"})
    notebook.cells = [cell for cell in notebook.cells if cell.id not in hidden]
    return notebook


def _insert_after_statements(notebook: Any) -> set[str]:
    """Add a cell for the statements in a cell's nbmake metadata; the ids of the added cells."""
    from nbformat.v4 import new_code_cell

    cells, added = [], set()
    for cell in notebook.cells:
        cells.append(cell)
        statements = cell.metadata.get("nbmake", {}).get("post_cell_execute", [])
        if statements:
            cells.append(new_code_cell("\n".join(statements), id=f"{cell.id}-after"))
            added.add(cells[-1].id)
    notebook.cells = cells
    return added


def findings(texts: dict[str, str]) -> list[str]:
    """What keeps the pages from being read offline: name -> text of all files to what is wrong."""
    from bs4 import BeautifulSoup

    soups = {
        name: BeautifulSoup(text, "html.parser")
        for name, text in texts.items()
        if name.endswith(".html")
    }
    anchors = {
        name: {str(tag["id"]) for tag in soup.find_all(id=True)} for name, soup in soups.items()
    }
    found = []
    for name, soup in soups.items():
        says = [
            *_needs_network(soup, texts),
            *_lost(soup, name, texts, anchors),
            *_without_alt(soup),
        ]
        found += [f"{name}: {what}" for what in says]
    return found


def _needs_network(soup: Any, texts: dict[str, str]) -> Iterable[str]:
    for tag in soup.find_all(["script", "link", "img", "iframe", "source", "video"]):
        address = tag.get("src") or (tag.get("href") if tag.name == "link" else None)
        ours = tag.name == "script" and address in texts
        if address and not address.startswith("data:") and not ours:
            yield f"<{tag.name}> loads {address[:80]}; everything must be inside the page"
    for tag in soup.find_all(["style", "script"]):
        if "http:" in tag.text or "https:" in tag.text or "@import" in tag.text:
            yield f"a <{tag.name}> names an address; everything must be inside the page"


def _lost(
    soup: Any, name: str, texts: dict[str, str], anchors: dict[str, set[str]]
) -> Iterable[str]:
    for link in soup.find_all("a", href=True):
        address, _, anchor = link["href"].partition("#")
        if address.startswith(("https://", "http://", "mailto:")):
            continue
        page_name = unquote(address) or name
        if page_name not in texts:
            yield f"the link {link['href']!r} leads nowhere"
        elif anchor and unquote(anchor) not in anchors.get(page_name, set()):
            yield f"the link {link['href']!r} names a heading that is not there"


def _without_alt(soup: Any) -> Iterable[str]:
    for image in soup.find_all("img"):
        alt = (image.get("alt") or "").strip()
        if not alt or alt.startswith("No description has been provided"):
            yield "a picture has no alt text; show it as a labkit Picture"
    for drawing in soup.find_all("svg"):
        if not (drawing.get("aria-label") or "").strip():
            yield "a drawing has no aria-label; show it as a labkit Diagram"

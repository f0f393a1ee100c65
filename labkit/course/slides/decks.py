"""From the instructor's texts of slides to one file per lesson that needs no network."""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit import files, paths
from labkit.course.build.site_math import page_html
from labkit.course.slides.frame import Slide, deck_page
from labkit.course.slides.pictures import DRAWN
from labkit.plots.diagram import Diagram
from labkit.plots.picture import Picture

Drawn = Mapping[str, Callable[[], Diagram | Picture]]


class DeckError(ValueError):
    """A deck that cannot be made; says which slide, and what to correct."""


@dataclass(frozen=True)
class Deck:
    """The slides of one lesson."""

    name: str
    """As the lesson's, such as 01_distillation."""
    title: str
    slides: tuple[Slide, ...]


def build(folder: Path, notebooks: Path | None = None) -> list[Path]:
    """Write `folder`/NN_name.html for each text notebooks/slides/NN_name.md.

    errors: DeckError when there is no text, or a picture that cannot be drawn or has no alt text
    """
    found = sources(notebooks)
    if not found:
        raise DeckError("no texts of slides were found beside the lessons, in notebooks/slides")
    texts = {folder / f"{deck.name}.html": deck_page(deck.title, deck.slides)
             for deck in map(read, found)}  # fmt: skip
    for path, text in texts.items():
        files.write_text(path, text)
    return list(texts)


def sources(notebooks: Path | None = None) -> list[Path]:
    """The texts of slides, in the order of the lessons."""
    folder = (notebooks or paths.root() / "notebooks") / "slides"
    return sorted(folder.glob("[0-9][0-9]_*.md"))


def read(path: Path, drawn: Drawn = DRAWN) -> Deck:
    """The deck of one text.

    `# ` begins the first slide and names the deck, each `## ` begins another one. A quotation is
    what the speaker says. `![](name)` is a drawing of `drawn`, `![alt text](file.png)` a file.
    """
    parts = re.split(r"(?m)^(?=##? )", path.read_text(encoding="utf-8"))
    slides = [_slide(part, path, drawn) for part in parts if part.strip()]
    title = parts[1].splitlines()[0].lstrip("# ") if len(parts) > 1 else ""
    if not title or not parts[1].startswith("# "):
        raise DeckError(f"{path.name}: the first line must be `# Title`")
    return Deck(path.stem, title, tuple(slides))


def _slide(text: str, path: Path, drawn: Drawn) -> Slide:
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(page_html(text), "html.parser")
    heading = text.splitlines()[0].lstrip("# ")
    for image in soup.find_all("img"):
        try:
            shown = _shown(image, path.parent, drawn)
        except DeckError as error:
            raise DeckError(f"{path.name}, slide {heading!r}: {error}") from error
        image.replace_with(BeautifulSoup(shown, "html.parser"))
    notes = [quote.extract().decode_contents() for quote in soup.find_all("blockquote")]
    return Slide(heading, str(soup), "\n".join(notes))


def _shown(image: Any, folder: Path, drawn: Drawn) -> str:
    """A picture with its alt text as HTML that holds everything."""
    source, alt = str(image["src"]), str(image.get("alt") or "").strip()
    if source in drawn:
        found = drawn[source]()
        return found.svg("light") if isinstance(found, Diagram) else found.to_html()
    file = folder / source
    if file.suffix != ".png" or not file.is_file():
        raise DeckError(f"no drawing and no PNG file is called {source}")
    if not alt:
        raise DeckError(f"{source} has no alt text; write what it shows: ![...]({source})")
    image["src"] = f"data:image/png;base64,{base64.b64encode(file.read_bytes()).decode()}"
    return str(image)

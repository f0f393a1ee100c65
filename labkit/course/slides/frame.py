"""The page around a deck's slides: its look, and the keys that turn them."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

STYLE = """
* { box-sizing: border-box; }
body { margin: 0; color: #1b1b1b; background: #fff; font: 1.3rem/1.45 system-ui, sans-serif; }
section { padding: 3vh 5vw; }
h1, h2 { line-height: 1.15; margin: 0 0 2.5vh; }
h1 { font-size: 2.2em; } h2 { font-size: 1.6em; }
p, ul, ol, table { margin: 0 0 1.6vh; }
li { margin: .25em 0; }
img, svg { display: block; margin: 1vh auto; }
pre, code { font-family: ui-monospace, monospace; font-size: .9em; }
pre { background: #f3f4f6; padding: .6em; overflow-x: auto; }
table { border-collapse: collapse; } th, td { padding: .25em .8em; text-align: left; }
tr { border-bottom: 1px solid #c9ccd1; }
.notes { border-top: 2px solid #0b57a4; background: #f3f4f6; padding: 1vh 2vw; font-size: .75em; }
footer { position: fixed; right: 2vw; bottom: 1vh; font-size: .7em; color: #555; }
@media screen { .turning { font-size: min(2.5vw, 4.4vh); }
.turning section { display: none; }
.turning section.shown { display: flex; flex-direction: column; height: 100vh; overflow-y: auto; }
.turning h1 { margin-top: 22vh; }
.turning p:has(> img, > svg) { flex: 1; min-height: 45vh; display: flex; }
.turning p > img, .turning p > svg { object-fit: contain; max-width: 100% !important;
  width: 100% !important; height: 100% !important; }
.turning:not(.speaking) .notes { display: none; } }
@media print { section { break-after: page; } footer { display: none; }
img, svg { max-height: 60vh; width: auto !important; } }
"""
"""Without the script all slides stand below one another, each with its notes."""

SCRIPT = """
const slides = [...document.querySelectorAll("section")], place = document.querySelector("footer");
const forward = ["ArrowRight", "ArrowDown", "PageDown", " "];
const back = ["ArrowLeft", "ArrowUp", "PageUp"];
let at = 0;

function show(number) {
  at = Math.max(0, Math.min(slides.length - 1, number));
  slides.forEach((slide, index) => slide.classList.toggle("shown", index === at));
  place.textContent = `${at + 1} of ${slides.length}; arrow keys turn, N shows notes`;
  history.replaceState(null, "", `#${at + 1}`);
}

document.body.classList.add("turning");
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (forward.includes(event.key)) show(at + 1);
  else if (back.includes(event.key)) show(at - 1);
  else if (event.key === "Home") show(0);
  else if (event.key === "End") show(slides.length - 1);
  else if (event.key.toLowerCase() === "n") document.body.classList.toggle("speaking");
  else return;
  event.preventDefault();
});
show((parseInt(location.hash.slice(1)) || 1) - 1);
"""


@dataclass(frozen=True)
class Slide:
    """One slide."""

    heading: str
    body: str
    """HTML, the heading included."""
    notes: str
    """What the speaker says, as HTML; "" for none."""


def deck_page(title: str, slides: Sequence[Slide]) -> str:
    """The whole HTML page of a deck; `title` is plain text."""
    sections = "\n".join(
        f'<section aria-label="{html.escape(slide.heading)}">{slide.body}{_notes(slide)}</section>'
        for slide in slides
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f'<body>\n<main>\n{sections}\n</main>\n<footer role="status"></footer>\n'
        f"<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )


def _notes(slide: Slide) -> str:
    return f'<aside class="notes">{slide.notes}</aside>' if slide.notes else ""

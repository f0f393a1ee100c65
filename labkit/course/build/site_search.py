"""Full-text search of the site, in one script of its own beside the pages, without a server."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labkit.course.build.site_page import Page

NAME = "search.js"
BOX = (
    '<div role="search"><label for="search">Search the course</label>'
    '<input type="search" id="search" autocomplete="off">'
    '<p id="found" role="status"></p><ul id="hits"></ul></div>'
)
"""Where a page has its search; the script fills it.

Sections with every word come first. Where they are few, those that hold one of the words whole
follow: lessons that write "KL" are found by "KL divergence".
"""

FIND = """
const ENOUGH = 5, MOST = 30, BEFORE = 40, LONG = 120;

function wordsOf(query) {
  return query.toLowerCase().split(/\\s+/).filter(Boolean);
}

function rank(section, phrase) {
  if (section.heading.toLowerCase().includes(phrase)) return 0;
  return section.text.toLowerCase().includes(phrase) ? 1 : 2;
}

function partly(words, sections, without) {
  const parts = section => new Set((section.heading + " " + section.text).toLowerCase()
    .split(/[^\\p{L}\\p{N}]+/u));
  return sections.filter(section => {
    const there = parts(section);
    return !without.includes(section) && words.some(word => there.has(word));
  });
}

function find(query, sections) {
  const words = wordsOf(query), phrase = words.join(" ");
  if (!words.length) return [];
  const holds = section => {
    const text = (section.heading + " " + section.text).toLowerCase();
    return words.every(word => text.includes(word));
  };
  const whole = sections.filter(holds).sort((a, b) => rank(a, phrase) - rank(b, phrase));
  return whole.length < ENOUGH ? [...whole, ...partly(words, sections, whole)] : whole;
}

function snippet(text, query) {
  const words = wordsOf(query), lower = text.toLowerCase();
  const places = [words.join(" "), ...words].map(word => lower.indexOf(word));
  const at = places.find(place => place >= 0) ?? 0;
  let start = Math.max(0, at - BEFORE);
  if (start) start = text.indexOf(" ", start) + 1 || start;
  if (start > at) start = at;
  let end = Math.min(text.length, start + LONG);
  if (end < text.length) end = Math.max(text.lastIndexOf(" ", end), at + 1);
  return (start ? "… " : "") + text.slice(start, end) + (end < text.length ? " …" : "");
}
"""

SHOW = """
function show(box, said, list) {
  const hits = find(box.value, SECTIONS);
  said.textContent = !box.value.trim() ? "" : hits.length > MOST
    ? hits.length + " places, the first " + MOST + " are shown"
    : hits.length + (hits.length === 1 ? " place" : " places");
  list.replaceChildren(...hits.slice(0, MOST).map(hit => {
    const item = document.createElement("li"), link = document.createElement("a");
    link.href = hit.page + "#" + encodeURIComponent(hit.anchor);
    link.textContent = hit.heading;
    const line = document.createElement("br");
    item.append(link, " in " + hit.title, line, snippet(hit.text, box.value));
    return item;
  }));
}

if (typeof document !== "undefined") {
  const [box, said, list] = ["search", "found", "hits"].map(id => document.getElementById(id));
  box.addEventListener("input", () => show(box, said, list));
}
"""


def search_file(pages: Iterable["Page"]) -> str:
    """The script that every page loads: all sections of all pages, and how they are searched."""
    sections = [
        {
            "page": page.name,
            "title": page.title,
            "anchor": section.anchor,
            "heading": section.heading,
            "text": section.text,
        }
        for page in pages
        for section in page.sections
    ]
    # "<" is written as a number, so that no text can end a script that holds this
    said = json.dumps(sections, ensure_ascii=False).replace("<", "\\u003c")
    return f"const SECTIONS = {said};\n{FIND}{SHOW}"

"""What stands around a page's text: search, contents, the way to the pages before and after it."""

import html

from labkit.course.build.site_page import Page
from labkit.course.build.site_search import BOX, NAME
from labkit.course.build.site_style import page

TITLE = "Adversarial Distillation Lab"
ABOUT = (
    "A course of knowledge distillation that asks of each method: does it help, and how do we "
    "know? Each lesson is a notebook; here it stands with its results, to be read without "
    "installing anything."
)


def framed(one: Page, pages: list[Page]) -> str:
    """The whole HTML page of one lesson or text.

    pages: all of the site in reading order
    """
    ways = _ways(one, pages)
    contents = "\n".join(
        f'<li class="{section.level}"><a href="#{html.escape(section.anchor)}">'
        f"{html.escape(section.heading)}</a></li>"
        for section in one.sections
        if section.level in ("h2", "h3")
    )
    listed = f"<details><summary>Contents</summary><ul>{contents}</ul></details>"
    body = (
        f"<header>{ways}{BOX}</header>\n<main>{listed if contents else ''}{one.body}</main>\n"
        f"<footer>{ways}</footer>"
    )
    return page(html.escape(one.title), body, NAME)


def index(pages: list[Page]) -> str:
    """The first page: what the course is, where to begin, its lessons with what they teach."""
    lessons = "\n".join(
        f'<li><a href="{one.name}">{html.escape(one.title)}</a>, {one.minutes} minutes\n'
        f"{one.objectives}</li>"
        for one in pages
        if one.minutes
    )
    others = "\n".join(
        f'<li><a href="{one.name}">{html.escape(one.title)}</a></li>'
        for one in pages
        if not one.minutes
    )
    known = "\n".join(
        f"<h2>What you should know</h2>\n{one.objectives}\n<p>With questions to test yourself: "
        f'<a href="{one.name}">{html.escape(one.title)}</a>.</p>'
        for one in pages
        if one.objectives and not one.minutes
    )
    body = (
        f"<header>{BOX}</header>\n<main><h1>{TITLE}</h1>\n<p>{ABOUT}</p>\n{known}\n"
        f"<h2>Lessons</h2>\n<p>After each you will be able to do what stands below it.</p>\n"
        f'<ol start="0">{lessons}</ol>\n'
        + (f"<h2>Before, beside and after</h2>\n<ul>{others}</ul>" if others else "")
        + "</main>"
    )
    return page(TITLE, body, NAME)


def _ways(one: Page, pages: list[Page]) -> str:
    """Links to the page before, to the first page and to the page after."""
    place = [other.name for other in pages].index(one.name)
    links = ['<a href="index.html">All lessons</a>']
    if place:
        before = pages[place - 1]
        links.insert(
            0, f'<a rel="prev" href="{before.name}">Before: {html.escape(before.title)}</a>'
        )
    if place + 1 < len(pages):
        after = pages[place + 1]
        links.append(f'<a rel="next" href="{after.name}">Next: {html.escape(after.title)}</a>')
    return f"<nav>{' '.join(links)}</nav>"

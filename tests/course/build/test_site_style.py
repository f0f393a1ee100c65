"""A page is titled, has both themes, and loads a script only when asked."""

from labkit.course.build.site_style import code_colours, page


def test_a_page_has_title_language_and_body_and_a_script_only_when_asked():
    text = page("A &amp; B", "<main>c</main>")
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "<title>A &amp; B</title>" in text
    assert "<body>\n<main>c</main>" in text
    assert "<script" not in text
    assert '<script src="go.js"></script></body>' in page("A", "b", "go.js")


def test_code_has_colours_on_dark_paper_as_well():
    light, dark = code_colours().split("@media (prefers-color-scheme: dark)")
    assert ".highlight .k " in light
    assert ".highlight .k " in dark
    assert light != dark

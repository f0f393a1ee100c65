"""A page stands alone and is titled; its search shows what has every word."""

import shutil
import subprocess

import pytest

from labkit.course.build.site_style import SEARCH, code_colours, page


def test_a_page_has_title_language_and_body_and_a_script_only_when_asked():
    text = page("A &amp; B", "<main>c</main>")
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "<title>A &amp; B</title>" in text
    assert "<body>\n<main>c</main>" in text
    assert "<script>" not in text
    assert "<script>go()</script></body>" in page("A", "b", "go()")


def test_code_has_colours_on_dark_paper_as_well():
    light, dark = code_colours().split("@media (prefers-color-scheme: dark)")
    assert ".highlight .k " in light
    assert ".highlight .k " in dark
    assert light != dark


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed; it runs the search")
def test_the_search_shows_only_entries_with_every_word(tmp_path):
    script = tmp_path / "search.js"
    script.write_text(
        "const items = ['Bars of cats', 'Bars of dogs'].map(t => ({textContent: t, hidden: true}));"
        "let typed; const box = {value: 'bars DOG', addEventListener: (_, f) => { typed = f; }};"
        "const found = {};"
        "const document = {getElementById: n => n === 'search' ? box : found,"
        "querySelectorAll: () => items};" + SEARCH.replace("const box", "const box_")
        .replace("box.", "box_.") + "typed(); console.log(items.map(i => i.hidden),"
        "found.textContent);",
        encoding="utf-8",
    )  # fmt: skip
    done = subprocess.run(["node", script], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "[ true, false ] 1 found"

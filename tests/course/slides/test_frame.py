"""The page of a deck: every slide, its notes, keys, and nothing from a network."""

import re

from labkit.course.slides.frame import SCRIPT, STYLE, Slide, deck_page

SLIDES = [Slide("First & last", "<h1>First</h1>", ""), Slide("B", "<h2>B</h2>", "<p>Say it.</p>")]


def test_each_slide_is_a_named_section_with_its_notes():
    page = deck_page("A < B", SLIDES)
    assert page.count("<section ") == 2
    assert 'aria-label="First &amp; last"' in page
    assert page.count('<aside class="notes">') == 1
    assert "<title>A &lt; B</title>" in page


def test_without_a_script_every_slide_can_be_read():
    hidden = re.findall(r"([^{}]+){ display: none", STYLE)
    assert len(hidden) == 3
    assert all(".turning" in rule or "footer" in rule for rule in hidden)


def test_the_arrow_keys_turn_the_slides():
    for key in ("ArrowRight", "ArrowLeft", "PageDown", "PageUp", "Home", "End"):
        assert key in SCRIPT

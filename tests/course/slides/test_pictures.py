"""Every drawing that a slide may ask for is drawn, with its alt text, and used somewhere."""

import re

import pytest

from labkit.course.slides.decks import sources
from labkit.course.slides.pictures import DRAWN


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawing_has_an_alt_text(name):
    assert len(DRAWN[name]().alt) > 40


def test_no_drawing_waits_in_vain_and_every_lessons_diagram_is_shown():
    asked = {
        found for path in sources() for found in re.findall(r"!\[\]\((.+?)\)", path.read_text())
    }
    assert asked == set(DRAWN)

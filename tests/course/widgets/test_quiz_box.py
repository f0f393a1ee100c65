"""The box of a quiz: it hands every choice on and asks nothing of the network."""

import re

from labkit.course.widgets.quiz_box import QuizBox


def test_a_choice_from_the_page_is_handed_on_with_its_places():
    made = []
    box = QuizBox([{"asks": "a", "choices": []}], lambda *places: made.append(places))
    box._on_message(None, {"question": 1, "choice": 2}, None)
    assert made == [(1, 2)]


def test_the_script_asks_nothing_of_the_network():
    script = str(QuizBox([], print)._esm)
    assert "role" in script
    assert not re.search(r"https?:|fetch\(|import\(|^import ", script, re.MULTILINE)

"""The box of a prediction: it hands on what was written and shows the answer, until locked."""

import re

from labkit.course.widgets.prediction_box import PredictionBox


def test_what_the_page_sends_is_answered_and_shown():
    box = PredictionBox("how far", lambda said: f"kept {said}", "points")
    box._on_message(None, {"said": "12"}, None)
    assert (box.said, box.says) == ("12", "kept 12")


def test_a_locked_box_takes_nothing():
    box = PredictionBox("how far", lambda said: f"kept {said}")
    box.locked = True
    box._on_message(None, {"said": "12"}, None)
    assert (box.said, box.says) == ("", "")


def test_a_page_without_widgets_shows_question_and_choices(capsys):
    PredictionBox("a < b?", str, options=("yes", "no")).show()
    said = capsys.readouterr().out
    assert "Predict: a < b? (yes, no)" in said
    assert "<b>Predict:</b> a &lt; b? (yes, no)" in said


def test_script_and_style_ask_nothing_of_the_network():
    box = PredictionBox("a", str)
    for text in (str(box._esm), str(box._css)):
        assert len(text) > 500
        assert not re.search(r"https?:|fetch\(|import\(|^import |url\(", text, re.MULTILINE)

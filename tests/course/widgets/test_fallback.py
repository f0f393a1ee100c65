"""A widget brings along what stands in its place where there is no kernel."""

from labkit.course.widgets import fallback
from labkit.course.widgets.quiz_box import QuizBox


def test_the_bundle_holds_the_widget_its_html_and_its_text():
    box = QuizBox([], print)
    shown = fallback.bundle(box, "in words", "<p>in words</p>")
    assert shown[fallback.VIEW]["model_id"] == box.model_id
    assert (shown["text/html"], shown["text/plain"]) == ("<p>in words</p>", "in words")


def test_showing_displays_the_bundle(capsys):
    fallback.show(QuizBox([], print), "in words", "<p>in words</p>")
    assert "<p>in words</p>" in capsys.readouterr().out

"""Prediction boxes and quizzes in JupyterLab: keyboard alone, both themes, a narrow window."""

import os
from pathlib import Path

import pytest

from labkit import paths
from tests.browser.expectations import no_barrier

pytestmark = pytest.mark.parametrize("lab", ["subshells"], indirect=True)
BOXES = ".labkit-box"
WIDE = """all => all.filter(one => one.scrollWidth > one.clientWidth + 1).length"""


def wait_for(notebook, box, words):
    notebook.until(lambda: words in box.inner_text(), f"a box that says {words!r}")


@pytest.fixture
def notebook(opened):
    opened("made/boxes.ipynb").page.locator(BOXES).nth(2).wait_for()
    return opened("made/boxes.ipynb")


def test_a_number_is_typed_corrected_and_settled_with_the_keyboard_alone(notebook):
    box = notebook.page.locator(BOXES).nth(0)
    field = box.get_by_label("your number")
    field.fill("many")
    field.press("Enter")
    wait_for(notebook, box, "got 'many', wanted a number, such as 3.5")
    field.fill("12,5")
    field.press("Enter")
    wait_for(notebook, box, "Kept: 12.5 points")
    assert notebook.ask("far.said") == 12.5
    notebook.ask("None", "far.beside(3)")
    notebook.until(field.is_disabled, "the box is closed once the result is known")
    assert notebook.ask("far.sentence()") == "You said 12.5, measured 3 points: too high."


def test_keys_on_a_choice_stay_with_the_choice(notebook):
    box = notebook.page.locator(BOXES).nth(1)
    cells = notebook.page.locator(".jp-Notebook .jp-Cell").count()
    box.get_by_label("rises").focus()
    for key in ("Space", "ArrowDown", "d", "d", "x"):
        notebook.page.keyboard.press(key)
    wait_for(notebook, box, "Kept: falls")
    assert notebook.page.locator(".jp-Notebook .jp-Cell").count() == cells


def test_every_choice_of_the_quiz_is_answered_with_its_reason_and_the_first_counts(notebook):
    box = notebook.page.locator(BOXES).nth(2)
    asked = notebook.ask("[[c.says for c in q.choices] for q in quiz.QUIZ.questions]")
    reasons = notebook.ask("[[c.why for c in q.choices] for q in quiz.QUIZ.questions]")
    for place, (choices, whys) in enumerate(zip(asked, reasons, strict=True)):
        one = box.locator("fieldset").nth(place)
        for says, why in zip(choices, whys, strict=True):
            one.get_by_label(says, exact=True).check()
            wait_for(notebook, one, why)
    kept = "__import__('labkit.course.store').course.store.read('quizzes')"
    notebook.until(lambda: len(notebook.ask(kept)) == len(asked), "all answers are kept")
    first = [entry["first"] for entry in notebook.ask(kept).values()]
    rights = notebook.ask("[q.choices[0].right for q in quiz.QUIZ.questions]")
    assert first == rights


def test_printed_sentences_break_between_words(notebook):
    printed = notebook.page.locator(".jp-RenderedText pre").first
    printed.wait_for()
    assert printed.evaluate("one => getComputedStyle(one).wordBreak") == "normal"


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
@pytest.mark.parametrize("width", [1280, 900])
def test_boxes_have_no_barrier_and_fit_the_window(notebook, theme, width):
    notebook.theme(theme)
    notebook.page.set_viewport_size({"width": width, "height": 900})
    try:
        no_barrier(notebook, ".jp-OutputArea-output")
        assert notebook.page.locator(f"{BOXES} fieldset").evaluate_all(WIDE) == 0
        folder = Path(os.environ.get("LABKIT_SCREENSHOTS", paths.root() / "build/screenshots"))
        notebook.page.locator(BOXES).nth(1).scroll_into_view_if_needed()
        notebook.page.screenshot(path=folder / f"boxes-{width}-{theme.split()[-1].lower()}.png")
    finally:
        notebook.theme("JupyterLab Light")
        notebook.page.set_viewport_size({"width": 1280, "height": 900})

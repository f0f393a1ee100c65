"""A live run is the setting that was chosen, and its end says what is right."""

import pytest

from labkit.course.lesson_06 import live_panel
from labkit.experiments.llm import words as task
from labkit.experiments.llm.words_sweep import SettingRun, play
from tests.helpers.course.generators import finished
from tests.helpers.llm import small_words


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return small_words.material(tmp_path_factory.mktemp("word_models"))


@pytest.mark.parametrize("score", ["likelihood", "last"])
def test_a_live_run_scores_as_the_study_does(found, score):
    run = SettingRun("gad", score, group=4, scale="smoke")
    steps, student = finished(live_panel.live_run(found, run))
    wanted = list(play(found.start(0).model, found, run))
    assert [step.loss for step in steps] == [step.verdict.reward for step in wanted]
    assert len(steps) == steps[0].total and student is not None
    assert all(0 <= step.accuracy <= 1 for step in steps)


def test_the_number_of_steps_can_be_chosen(found):
    steps, _ = finished(live_panel.live_run(found, SettingRun(scale="smoke"), steps=2))
    assert len(steps) == 2


def test_the_panel_lists_runs_that_have_ended(found):
    panel = live_panel.live_panel(found, steps=2)
    for frozen in (False, True):
        panel.controls["frozen"].widget.value = frozen
        panel.start.click()
        assert panel.wait(60)
        assert panel.errors == []
    said = panel.ending.value
    assert "likelihood, learning, KL weight 0.02, group 8, seed 0: right" in said
    assert "likelihood, frozen, KL weight 0.02" in said and 'role="status"' in said
    assert panel.run_now(1) == 1
    assert panel.static_twin().figure.axes[0].get_ylabel() == "mean score"


def test_the_share_is_of_answers_that_are_right_in_any_way(monkeypatch):
    words = ("abc", "bad", "cab", "dab")
    said = ["cba", "adbay", "abc", "x"]
    answers = task.written(words, said)
    monkeypatch.setattr(task, "own_answers", lambda model, asked, heat: answers)
    assert live_panel.share_right(None, words) == 0.75


def test_a_negative_score_is_inside_the_picture(found):
    panel = live_panel.live_panel(found, steps=3)
    panel.run_now(3)
    assert min(step.loss for step in panel.steps) < 0
    assert panel.static_twin().figure.axes[0].get_ylim()[0] < 0

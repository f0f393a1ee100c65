"""The live run of prompt distillation in its panel, and what it says where the model is missing."""

from labkit.course.lesson_06 import prompt_panel
from labkit.data import fetch
from tests.helpers.llm import tiny_prompts


def test_the_answers_stand_below_the_curve(monkeypatch):
    tiny_prompts.install(monkeypatch)
    panel = prompt_panel.prompt_panel(steps=20)
    panel.start.click()
    assert panel.wait(60) and panel.errors == []
    assert len(panel.steps) == 20 and len(panel.outcome) == 3
    assert "after 0 steps" in panel.ending.value and "after 20 steps" in panel.ending.value
    assert panel.static_twin().figure.axes[0].get_ylabel().startswith("surprise")


def test_a_missing_model_is_said_with_its_command(monkeypatch):
    monkeypatch.setattr(fetch, "find", lambda name: None)
    assert "`labkit fetch smollm2`" in prompt_panel.missing()
    monkeypatch.setattr(fetch, "find", lambda name: "a folder")
    assert prompt_panel.missing() == ""

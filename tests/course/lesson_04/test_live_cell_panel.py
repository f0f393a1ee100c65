"""Training one cell among the shipped runs: what is drawn behind it and said at its end."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from labkit.course.lesson_04.live_cell_panel import compared, live_panel, shipped_behind
from labkit.experiments import testbed
from labkit.experiments.adversarial import train_cell
from tests.helpers import tiny_testbed
from tests.helpers.made_grids import curves

HERE = SimpleNamespace(folder=Path("made up-tiny-0"))


@pytest.fixture
def made(monkeypatch):
    tiny_testbed.put_in_place(monkeypatch)
    found = testbed.testbed_named("made up", "tiny")
    list(train_cell.prepared(found))
    return found


def test_a_run_ends_with_its_test_accuracy_beside_those_of_the_shipped_seeds(made):
    shipped = curves(made.folder.name)
    panel = live_panel(made, shipped)
    assert "shipped, 2 seeds" in panel.image.value
    panel.start.click()
    assert panel.wait(60)
    assert panel.errors == []
    assert f"seed 0: {panel.outcome:.3f}." in panel.ending.value
    assert "0.812 (seed 0), 0.700 (seed 1)" in panel.ending.value
    assert 'role="status"' in panel.ending.value
    assert "shipped, 2 seeds" in panel.static_twin().alt


def test_numbers_from_other_rows_are_said_to_be_no_comparison():
    said = compared(0.8, 0, curves("other-rows"), (0.5, 0.1), HERE)
    assert "cannot be compared" in said and "made up-tiny-0" in said and "other-rows" in said
    assert "cannot be compared" not in compared(0.8, 0, curves(), (0.5, 0.1), HERE)
    assert shipped_behind(curves("x"), (0.5, 0.1), HERE).name == "shipped, 2 seeds, other rows"
    assert shipped_behind(curves(), (0.5, 0.1), HERE).name == "shipped, 2 seeds"


def test_a_cell_without_runs_is_reported_and_has_nothing_behind_it(made):
    assert shipped_behind(curves(), (0.9, 0.1), HERE) is None
    assert "No shipped run has alpha 0.9" in compared(0.8, 0, curves(), (0.9, 0.1), HERE)
    panel = live_panel(made, curves())
    panel.controls["alpha"].widget.value = 0.9
    assert "In grey" not in panel.image.value
    assert "no finished runs" in panel.static_twin().figure.axes[0].get_title()
    assert "No shipped run" in compared(0.8, 0, None, (0.5, 0.1), HERE)


def test_an_impossible_cell_cannot_be_chosen_and_another_seed_is_refused_in_words(made):
    panel = live_panel(made, seeds=(0, 7))
    panel.controls["alpha"].widget.value = 0.9
    panel.controls["beta"].widget.value = 0.3
    assert panel.values()["alpha"] == 0.7
    panel.controls["seed"].widget.value = "7"
    panel.start.click()
    assert panel.wait(60)
    assert "ValueError: nothing is prepared for seed 7" in panel.status.value
    assert panel.ending.value == ""


def test_a_few_steps_can_be_taken_in_the_cell_itself(made):
    assert live_panel(made, curves()).run_now(1) == 1

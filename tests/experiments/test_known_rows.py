"""Runs know their rows: other data under the same name gives other runs."""

import pytest

from labkit.experiments.known_rows import on_rows
from labkit.experiments.llm.plan import WordRun
from labkit.experiments.llm.text_plan import TextRun
from labkit.experiments.llm.words_sweep import SettingRun
from labkit.experiments.sweep import key_of


@pytest.mark.parametrize("run", [WordRun("start", 0), SettingRun(), TextRun("gakd", 0)], ids=str)
def test_a_run_on_other_rows_is_another_run(run):
    (these,), (those,) = (on_rows([run], lambda scale, own=own: own) for own in ("these", "those"))
    assert (these.rows, those.rows) == ("these", "those")
    assert len({key_of(one) for one in (run, these, those)}) == 3


def test_the_mark_is_that_of_the_runs_scale_and_made_once():
    asked = []

    def mark(scale):
        asked.append(scale)
        return scale[:3]

    runs = [WordRun("start", seed, scale) for seed in (0, 1) for scale in ("smoke", "classroom")]
    assert [run.rows for run in on_rows(runs, mark)] == ["smo", "cla"] * 2
    assert sorted(asked) == ["classroom", "smoke"]

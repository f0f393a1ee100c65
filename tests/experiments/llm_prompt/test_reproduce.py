"""The table and the verdicts of the prompt distillation."""

import pytest

from labkit.experiments.llm_prompt.reproduce import TABLE, verdicts, write_table
from labkit.experiments.results import read_rows
from tests.helpers.llm.made_prompts import made


def test_three_seeds_may_hold_and_one_never_says_anything():
    words = {line.claim.said: line.word for line in verdicts(made(3))}
    assert words["the style comes without its prompt"] == "holds"
    assert {line.word for line in verdicts(made(1))} == {"open"}
    first = verdicts(made(3))[0]
    assert first.difference == pytest.approx(0.71) and first.seeds == 3


def test_all_files_are_written(tmp_path):
    write_table(tmp_path, made(), {"title": "made up"})
    rows = read_rows(tmp_path / f"{TABLE}.csv")
    assert len(rows) == 10 and rows[0]["whole"] == "0.5"
    assert len(read_rows(tmp_path / f"{TABLE}_verdicts.csv")) == 4
    assert (tmp_path / f"{TABLE}.png").stat().st_size > 1000

"""From runs to step sizes, table and verdicts."""

import pytest

from labkit.experiments.experiment import sweep_file
from labkit.experiments.llm_prompt_arms.plan import ARMS, TABLE, ArmRun, planned
from labkit.experiments.llm_prompt_arms.reproduce import (
    best_rates,
    choice,
    experiment,
    finished,
    seeds_by_arm,
    write_table,
)
from labkit.experiments.result import Result
from labkit.experiments.results import head_of, read_rows
from labkit.experiments.run_file import RunFile, plain
from labkit.experiments.sweep import key_of
from tests.helpers.llm.made_arms import made, outcome


def test_the_step_size_is_that_of_the_smaller_kls():
    def tried(rate, level):
        run = ArmRun("jsd", 100, rate, split="validation")
        return Result(f"{rate}", run, outcome("jsd", level))

    assert best_rates([tried(1e-4, 0.2), tried(3e-4, 0.5), tried(1e-3, 0.3)]) == {"jsd": 3e-4}


def test_all_files_are_written(tmp_path):
    write_table(tmp_path, made(seeds=3), {"title": "made up"})
    rows = read_rows(tmp_path / f"{TABLE}.csv")
    swept = [row for row in rows if (row["arm"], row["seed"]) == ("seqkd_longer", "0")]
    assert [row["temperature"] for row in swept] == ["1.0", "0.8", "0.65", "0.5"]
    assert len(rows) == 1 + 3 * (4 + 8)
    told = head_of(tmp_path / f"{TABLE}.csv")
    assert "not equal time" in told["fairness"] and "gad 3" in told["seeds by arm"]
    lines = read_rows(tmp_path / f"{TABLE}_verdicts.csv")
    assert {"smallest", "low", "word"} <= lines[0].keys()
    assert (tmp_path / f"{TABLE}.png").stat().st_size > 1000


def test_what_is_not_done_can_be_left_out(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    runs = planned({}, 2)
    assert finished(runs) == []
    done = [runs[3], runs[1]]
    file = RunFile(sweep_file(TABLE))
    for run in done:
        file.append(key_of(run), plain(run), outcome(run.arm, 0.1))
    assert finished(runs) == [runs[1], runs[3]]


def test_seeds_are_counted_by_arm():
    runs = made({"jsd": 0.1}, seeds=3) + made({"gad": 0.1}, seeds=1)
    told = seeds_by_arm(runs).split(", ")
    assert "jsd 3" in told and "gad 1" in told and "gakd 0" in told and len(told) == len(ARMS)


def test_choice_and_test_share_a_file_of_finished_runs(tmp_path):
    runs = planned({}, 1)
    first, second = choice(runs, tmp_path), experiment(runs, tmp_path)
    assert first.file == second.file and first.tables.keys() != second.tables.keys()
    first.write("v", made({"jsd": 0.1}, seeds=1))
    assert "step sizes" in head_of(tmp_path / "v.csv")["title"]
    second.write(TABLE, made(seeds=1))
    assert head_of(tmp_path / f"{TABLE}.csv")["command"] == f"labkit reproduce {TABLE}"


@pytest.mark.parametrize("seeds", [1, 2])
def test_too_few_seeds_say_nothing(tmp_path, seeds):
    lines = write_table(tmp_path, made(seeds=seeds), {"title": "made up"})
    assert {line.word for line in lines} == {"cannot be told"}

"""One way from a plan to files: run what is missing, write what is whole, stop and go on."""

import os
from dataclasses import dataclass

import pytest

from labkit.experiments.experiment import (
    Experiment,
    head,
    perform,
    results_of,
    run_only,
    run_steps,
    sweep_file,
)
from labkit.experiments.result import Result
from labkit.experiments.scales import SCALES


@dataclass(frozen=True)
class Config:
    """One run."""

    seed: int
    needs: int = 0


def double(config):
    return {"twice": 2 * config.seed, "process": os.getpid()}


def by_need(configs):
    return [[one for one in configs if one.needs == need] for need in (0, 1)]


@pytest.fixture
def study(tmp_path):
    """Two tables that share a run; what was written, in its order."""
    written = []

    def write(name, results):
        written.append((name, [one.outcome["twice"] for one in results]))

    tables = {"first": [Config(1), Config(2)], "second": [Config(3, needs=1), Config(2)]}
    made = Experiment(double, tmp_path / "runs.jsonl", tables, write, by_need)
    return made, written


def test_every_run_is_done_once_in_its_step_and_each_file_has_its_own_runs(study):
    experiment, written = study
    seeds = [one.config.seed for one in perform(experiment, 0)]
    assert seeds == [1, 2, 3]
    assert written == [("first", [2, 4]), ("second", [6, 4])]


def test_a_file_is_written_as_soon_as_its_own_runs_are_finished(study):
    experiment, written = study
    running = perform(experiment, 0)
    next(running), next(running), next(running)
    running.close()
    assert [name for name, _ in written] == ["first"]


def test_a_second_call_runs_nothing_and_writes_the_same(study):
    experiment, written = study
    list(perform(experiment, 0))
    first = list(written)
    written.clear()
    assert all(one.again for one in perform(experiment, 0))
    assert written == first


def test_several_processes_do_the_same(study):
    experiment, written = study
    results = list(perform(experiment, 2))
    assert sorted(written) == [("first", [2, 4]), ("second", [6, 4])]
    assert os.getpid() not in {one.outcome["process"] for one in results}


def test_runs_alone_write_no_file(study):
    experiment, written = study
    assert len(list(run_only(experiment, 0))) == 3
    assert written == []


def test_a_table_without_runs_is_handed_on_to_the_writer(tmp_path):
    written = []
    empty = Experiment(double, tmp_path / "r.jsonl", {"sizes": []}, lambda *g: written.append(g))
    assert list(perform(empty, 0)) == []
    assert written == [("sizes", [])]


def test_a_step_may_depend_on_the_results_of_those_before_it(tmp_path):
    file = tmp_path / "r.jsonl"
    first = [Config(1), Config(5)]

    def steps():
        yield first
        best = max(results_of(first, file), key=lambda one: one.outcome["twice"])
        yield [Config(best.config.seed + 1)]

    assert [one.config.seed for one in run_steps(double, steps(), file, 0)] == [1, 5, 6]


def test_runs_that_are_not_finished_are_counted_and_one_is_named(tmp_path):
    list(run_steps(double, [[Config(1)]], tmp_path / "r.jsonl", 0))
    with pytest.raises(ValueError, match=r"2 runs are not finished, such as Config\(seed=2"):
        results_of([Config(1), Config(2), Config(3)], tmp_path / "r.jsonl")


def test_the_head_says_how_and_with_what_a_file_was_made():
    results = [
        Result(str(n), Config(n), {"versions": v}) for n, v in ((3, "a"), (1, "b"), (1, "a"))
    ]
    said = head("A title", "labkit reproduce x", 2, results, SCALES["classroom"])
    assert said["title"] == "A title" and said["command"] == "labkit reproduce x"
    assert said["seeds"] == "1, 3"
    assert '"train_rows": 1500' in said["scale"]
    assert "2 processes of one thread" in said["machine"]
    assert said["versions"] == "a; b"
    nothing = head("Sizes", "c", 0, [])
    assert nothing["seeds"] == "none: nothing is trained"
    assert "one process" in nothing["machine"] and "scale" not in nothing
    assert nothing["versions"].startswith("labkit ")


def test_finished_runs_lie_in_the_cache_under_their_name(tmp_path):
    assert sweep_file("classroom") == tmp_path / "cache" / "sweeps" / "classroom.jsonl"

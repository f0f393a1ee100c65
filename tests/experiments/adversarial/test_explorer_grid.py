"""The grid with curves: the runs of the tables themselves, resumable, in two small files."""

from pathlib import Path

import pytest

from labkit.cli import main as cli
from labkit.experiments.adversarial import explorer_grid as explorer_runs
from labkit.experiments.adversarial import plan as tables
from labkit.experiments.adversarial.arms_without_adversary import run_trial
from labkit.experiments.adversarial.shipped_grids import read_grid, shipped_curves
from labkit.experiments.experiment import Experiment, perform, sweep_file
from labkit.experiments.results import read_rows
from labkit.experiments.run_file import RunFile
from tests.helpers import tiny_testbed


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    """Six cells with one seed, on tiny models."""
    tiny_testbed.put_in_place(monkeypatch)

    def few(dataset, seeds):
        whole = tables.grid(dataset, seeds[:1])
        return [t for t in whole if t.kd in (0, 0.5) and t.gan in (0, 0.1)]

    monkeypatch.setattr(explorer_runs, "grid", few)


def test_the_plan_is_the_whole_grid_with_its_column_without_adversary(monkeypatch):
    monkeypatch.setattr(explorer_runs, "grid", tables.grid)
    planned = explorer_runs.planned("trec", "tiny")
    cells = {(t.kd, t.gan) for t in planned if t.arm == "stage_two"}
    assert len(cells) == 37
    assert len(planned) == len(set(planned))
    assert all(t.rows for t in planned)


def test_a_run_with_its_curve_is_the_run_of_the_tables():
    trial = next(t for t in explorer_runs.planned("trec", "tiny") if t.gan > 0)
    plain, found = run_trial(trial), explorer_runs.run_with_curve(trial)
    for name in ("accuracy", "validation", "correct", "notes"):
        assert found[name] == plain[name]
    assert [point["last"] for point in found["curve"]] == [1, 2]
    assert found["curve"][-1]["validation"] == pytest.approx(plain["validation"], abs=1e-6)


def test_both_files_are_written_and_come_back(tmp_path):
    list(perform(explorer_runs.experiment("trec", 0, "tiny", tmp_path), 0))
    table, curves = explorer_runs.files("trec", tmp_path)
    grid, found = read_grid(table, "trec"), shipped_curves("trec", tmp_path)
    assert set(grid.cells) == {(0, 0), (0.5, 0), (0, 0.1), (0.5, 0.1)} == set(found.curves)
    assert grid.rows == found.rows != ""
    assert grid.rows_used.endswith("the same for every arm")
    assert {"teacher", "bag of words", "labels only", "direct KD"} == set(grid.levels)
    assert "loss in nats" in curves.read_text()
    assert len(read_rows(curves)) == 2 * len(found.curves)


def test_a_stopped_call_goes_on_and_a_second_one_runs_nothing(tmp_path):
    grid = explorer_runs.experiment("trec", 0, "tiny", tmp_path)
    running = perform(grid, 0)
    next(running), next(running)
    running.close()
    assert len(RunFile(sweep_file("explorer-tiny")).outcomes()) == 2
    assert not explorer_runs.files("trec", tmp_path)[0].exists()
    assert sum(r.again for r in perform(grid, 0)) == 2
    before = [path.read_text() for path in explorer_runs.files("trec", tmp_path)]
    assert all(r.again for r in perform(grid, 0))
    assert [path.read_text() for path in explorer_runs.files("trec", tmp_path)] == before


def test_the_command_hands_on_data_set_workers_and_scale(monkeypatch, capsys):
    asked = []

    def experiment(*given):
        asked.append(given)
        return Experiment(run_trial, Path("none"), {}, lambda *given: None)

    monkeypatch.setattr(explorer_runs, "experiment", experiment)
    assert cli.main(["explorer", "trec", "--workers", "1", "--scale", "smoke"]) == 0
    assert asked[0][:3] == ("trec", 1, "smoke")
    assert asked[0][3].parts[-2:] == ("smoke", "adversarial")
    assert "wrote explorer_trec.csv and its curves" in capsys.readouterr().out

import numpy as np
import pytest

from labkit.experiments.results import (
    COLUMNS,
    Run,
    best_on_validation,
    by_seed,
    chosen,
    correctness,
    read_rows,
    write_runs,
)
from labkit.experiments.sweep import Result
from labkit.experiments.trial import Trial, pack
from tests.helpers import made_runs


def test_a_line_of_the_sweep_becomes_a_run():
    correct = np.array([True, False, True])
    outcome = {
        "accuracy": 2 / 3, "macro_f1": 0.5, "validation": None, "seconds": 1.0, "cpu_seconds": 0.5,
        "tests": 3, "correct": pack(correct), "notes": {"gradient_norm": 0.1}, "versions": "v",
    }  # fmt: skip
    config = {"dataset": "trec", "arm": "labels", "seed": 2}
    run = Run.of(Result("k", config, outcome))
    assert run.trial == Trial("trec", "labels", 2)
    assert np.isnan(run.validation)
    assert np.array_equal(run.correct, correct)
    assert len(run.cells()) == len(COLUMNS)


def test_runs_are_found_by_what_was_asked_for_in_the_order_of_their_seeds():
    runs = made_runs.table("table8", lambda trial: 0.5)[::-1]
    cell = chosen(runs, "trec", "stage_two", kd=0.3, gan=0.1)
    assert [run.trial.seed for run in cell] == [0, 1, 2]
    assert correctness(cell).shape == (3, made_runs.TESTS)
    assert chosen(runs, "sst2", "stage_two") == []


def test_cells_are_averaged_for_each_seed():
    runs = [made_runs.run(Trial("trec", "a", s), v) for s, v in ((0, 0.5), (0, 0.7), (1, 0.9))]
    assert by_seed(runs) == pytest.approx({0: 0.6, 1: 0.9})


def test_the_cell_with_the_best_validation_is_chosen_with_all_its_seeds():
    runs = [
        made_runs.run(Trial("trec", "a", seed, kd=kd), accuracy, validation)
        for kd, accuracy, validation in ((0.1, 0.9, 0.6), (0.2, 0.7, 0.8))
        for seed in (1, 0)
    ]
    best = best_on_validation(runs)
    assert [(run.trial.kd, run.trial.seed) for run in best] == [(0.2, 0), (0.2, 1)]
    with pytest.raises(ValueError, match="no runs"):
        best_on_validation([])


def test_the_file_says_how_it_was_made_and_can_be_read_again(tmp_path):
    runs = made_runs.table("table8", lambda trial: 0.5)
    write_runs(tmp_path / "t.csv", runs, {"command": "labkit reproduce\ntable8"})
    assert (tmp_path / "t.csv").read_text().startswith("# command: labkit reproduce table8\n")
    rows = read_rows(tmp_path / "t.csv")
    assert len(rows) == len(runs)
    assert set(rows[0]) == set(COLUMNS)
    assert {row["kd"] for row in rows if row["arm"] == "labels"} == {""}


def test_a_file_too_large_to_be_kept_beside_the_code_is_refused(tmp_path):
    runs = made_runs.table("table8", lambda trial: 0.5) * 40
    with pytest.raises(ValueError, match="wanted under"):
        write_runs(tmp_path / "t.csv", runs, {})
    assert not list(tmp_path.iterdir())

"""Grids and curves read back from files: only stage 2, nothing lost, nothing made up."""

import pytest

from labkit.experiments.adversarial import shipped_grids as grid_files
from labkit.experiments.adversarial.runs_table import write_runs
from labkit.experiments.adversarial.shipped_grids import (
    Grid,
    printed_cells,
    read_grid,
    shipped_curves,
    shipped_grids,
)
from labkit.experiments.results import comments, table_text
from labkit.experiments.trial import Trial
from tests.helpers.made_runs import run

HEAD = {"data trec": "somewhere; train 10, test 5", "rows trec": "trec-tiny-1"}


def write_grid(path, dataset="trec", head=HEAD):
    trials = [
        (Trial(dataset, "teacher"), 0.9),
        (Trial(dataset, "tfidf"), 0.7),
        (Trial(dataset, "direct", 0, option="more_time"), 0.1),
        (Trial(dataset, "stage_two", 0, 0.5, 0.0, "none"), 0.1),
        (Trial("other", "stage_two", 0, 0.5, 0.1), 0.1),
    ]
    for seed in range(2):
        trials += [
            (Trial(dataset, "stage_two", seed, 0.5, gan), 0.8 + seed / 10) for gan in (0, 0.1)
        ]
        trials.append((Trial(dataset, "direct", seed), 0.75))
    write_runs(path, [run(trial, accuracy) for trial, accuracy in trials], head)


def test_a_grid_holds_the_cells_of_its_data_set_and_the_arms_beside_them(tmp_path):
    write_grid(tmp_path / "table8.csv")
    found = read_grid(tmp_path / "table8.csv", "trec")
    assert dict(found.cells) == {(0.5, 0.0): (0.8, 0.9), (0.5, 0.1): (0.8, 0.9)}
    assert dict(found.levels) == {"teacher": (0.9,), "direct KD": (0.75, 0.75),
                                  "bag of words": (0.7,)}  # fmt: skip
    assert (found.rows_used, found.rows) == (HEAD["data trec"], "trec-tiny-1")
    assert found.seeds == 2
    assert found.intervals[0.5, 0.1].mean == pytest.approx(0.85)


def test_only_files_that_are_there_are_offered_the_rows_of_the_course_first(tmp_path):
    assert shipped_grids(tmp_path) == {}
    write_grid(tmp_path / "table8.csv")
    write_grid(tmp_path / "table6.csv", "sst5")
    write_grid(tmp_path / "explorer_trec.csv")
    assert list(shipped_grids(tmp_path)) == [grid_files.YOURS, "sst5", "trec"]


def test_the_papers_cells_are_its_27_without_stage_one():
    found = printed_cells("table8")
    assert len(found) == 27
    assert found[0.9, 0.1] == pytest.approx(0.818)


def test_curves_come_back_by_cell_and_seed(tmp_path):
    assert shipped_curves("trec", tmp_path) is None
    write_grid(tmp_path / "explorer_trec.csv")
    columns = ("kd", "gan", "seed", "first", "last", "loss", "accuracy", "validation")
    rows = [("0.5", "0.1", "1", "1", "2", "0.9", "0.5", ""),
            ("0.5", "0.1", "1", "3", "4", "0.4", "0.75", "0.6")]  # fmt: skip
    text = comments(HEAD) + table_text(columns, rows)
    (tmp_path / "explorer_trec_curves.csv").write_text(text)
    found = shipped_curves("trec", tmp_path)
    assert found.rows == "trec-tiny-1"
    assert list(found.curves) == [(0.5, 0.1)]
    first, second = found.curves[0.5, 0.1][1]
    assert (first.last, first.loss, first.validation) == (2, 0.9, None)
    assert (second.first, second.accuracy, second.validation) == (3, 0.75, 0.6)
    assert found.accuracies[0.5, 0.1] == {0: 0.8, 1: 0.9}


@pytest.mark.parametrize("cells", [{}, {(0.9, 0.3): (0.5,)}])
def test_a_grid_without_cells_or_with_impossible_ones_is_refused(cells):
    with pytest.raises(ValueError, match=r"kd \+ gan of at most 1"):
        Grid("trec", "trec", cells, {})


def test_the_shipped_curves_belong_to_the_shipped_grid():
    found, grid = shipped_curves("trec"), shipped_grids()[grid_files.YOURS]
    assert found.rows == grid.rows
    for cell, values in grid.cells.items():
        assert tuple(found.accuracies[cell].values()) == values
        assert sorted(found.curves[cell]) == list(range(len(values)))

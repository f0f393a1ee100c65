import pytest

from labkit.experiments.adversarial import printed_numbers as paper
from labkit.experiments.adversarial.plan import GRID_SETS, cells


def test_every_grid_has_the_27_cells_that_the_lab_runs():
    for table, dataset in GRID_SETS.items():
        printed = [one for one in paper.printed(table) if one.arm == "stage_two"]
        assert {one.dataset for one in printed} == {dataset}
        assert {(one.kd, one.gan) for one in printed} == set(cells())
        for one in printed:
            assert one.ce == pytest.approx(1 - one.kd - one.gan)


@pytest.mark.parametrize(
    ("table", "gan", "gain"), [("table6", 0.1, 0.0192), ("table8", 0.3, 0.1995)]
)
def test_averages_recomputed_from_the_cells_are_not_those_that_the_paper_states(table, gan, gain):
    dataset = GRID_SETS[table]
    found = paper.mean_accuracy(table, dataset, "stage_two", gan)
    assert found - paper.accuracy(table, dataset, "stage_one") == pytest.approx(gain, abs=1e-4)
    stated = [
        r for r in paper.rows("printed_gains") if r["table"] == table and r["gan"] == f"{gan}"
    ]
    assert abs(float(stated[0]["gain"]) / 100 - gain) > 1e-4


def test_the_ablation_repeats_the_grid_in_all_cells_but_one():
    grid = {one.kd: one.accuracy for one in paper.printed("table6") if one.gan == 0.1}
    ablation = {one.kd: one.accuracy for one in paper.printed("table11") if one.gan == 0.1}
    assert [kd for kd in grid if grid[kd] != ablation[kd]] == [0.8]


def test_each_table_says_where_it_comes_from():
    for file in paper.folder().glob("*.csv"):
        assert paper.source(file.stem).startswith("Wang, Xiang, Wu, Zhao and Zhu, Adversarial")


def test_the_best_cell_and_a_single_arm_are_found():
    assert paper.best("table8", "trec", "stage_two").kd == 0.3
    assert paper.accuracy("table2", "sst5", "chained") == pytest.approx(0.3769)


def test_what_the_paper_does_not_have_is_refused():
    with pytest.raises(ValueError, match="no table 'table99'"):
        paper.rows("table99")
    with pytest.raises(ValueError, match="prints no accuracies"):
        paper.printed("table1")
    with pytest.raises(ValueError, match="9 cells"):
        paper.accuracy("table5", "sst5", "full")

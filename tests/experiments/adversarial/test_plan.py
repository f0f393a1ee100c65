import pytest

from labkit.experiments.adversarial.arms_without_adversary import ARMS
from labkit.experiments.adversarial.plan import GRID_SETS, TABLES, cells, grid, plan
from labkit.experiments.trial import Trial


def test_the_grid_has_27_cells_with_weights_that_sum_to_at_most_one():
    assert len(cells()) == len(set(cells())) == 27
    assert all(kd + gan <= 1 + 1e-9 for kd, gan in cells())


def test_a_grid_of_three_seeds_trains_81_cells_and_every_rival():
    trials = grid("trec", range(3))
    assert sum(t.arm == "stage_two" and t.gan > 0 for t in trials) == 81
    assert {"tfidf", "teacher", "stage_one", "labels", "direct", "chained"} <= {
        t.arm for t in trials
    }


@pytest.mark.parametrize("name", TABLES)
def test_every_trial_of_every_table_is_asked_once_and_has_an_arm(name):
    trials = plan(name)
    assert len(trials) == len(set(trials))
    assert {t.arm for t in trials} <= set(ARMS)


def test_every_table_and_figure_of_the_paper_is_there():
    asked = {f"table{n}" for n in range(1, 14)} | {"figure2", "figure3", "figure4"}
    assert asked <= set(TABLES)
    assert set(GRID_SETS.values()) == {"sst5", "sst2", "trec", "ag_news", "subj"}


def test_sharing_everything_is_the_same_trial_as_in_the_grid():
    assert Trial("sst5", "stage_two", 0, 0.5, 0.0) in plan("table5")
    assert Trial("sst5", "stage_two", 0, 0.5, 0.0) in plan("table6")


def test_seeds_and_data_sets_can_be_chosen():
    trials = plan("table2", seeds=2, datasets=["sst2"])
    assert {t.dataset for t in trials} == {"sst2"}
    assert {t.seed for t in trials} == {0, 1}


def test_an_unknown_table_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match=r"no table 'table14'.*table13"):
        plan("table14")

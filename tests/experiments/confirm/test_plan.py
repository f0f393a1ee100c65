"""Which runs are planned, and that three chains come first."""

import pytest

from labkit.data.catalog import AssetError
from labkit.experiments.confirm import plan
from labkit.experiments.confirm.claim_list import claims
from tests.helpers import tiny_testbed


@pytest.fixture(autouse=True)
def named_only(monkeypatch):
    monkeypatch.setattr(plan, "testbed_named", tiny_testbed.named_only)


def test_three_chains_with_the_primary_claim_come_first_then_all_else_about_them():
    runs = plan.planned()["trec"]
    assert runs[0].arm == "tfidf"
    core = [(seed, *arm) for seed in range(3) for arm in plan.CORE]
    beside = [(seed, *arm) for arm in plan.BESIDE for seed in range(3)]
    first = [(one.seed, one.arm, one.option) for one in runs[1:]]
    assert first[: len(core) + len(beside)] == core + beside
    assert {seed for seed, *_ in first[len(core) + len(beside) :]} == {3, 4}
    primary = next(one for one in claims() if one.primary)
    have = {f"{arm} {option}".strip() for arm, option in plan.CORE}
    assert {*primary.first, *primary.second} <= have


def test_seeds_beyond_the_chains_draw_students_only():
    runs = plan.planned(seeds=10)["trec"]
    assert len(runs) == len(set(runs))
    assert {one.seed for one in runs if one.arm in plan.OF_CHAIN} == set(range(plan.CHAINS))
    assert {one.seed for one in runs if one.arm == "stage_one"} == set(range(10))
    assert plan.chain_of(7) == 2


def test_an_adversary_takes_its_weight_and_only_where_there_is_one():
    for one in plan.planned(datasets=["sst2"])["sst2"]:
        played = one.option in ("differ", "resemble")
        assert (one.gan > 0) is played
        assert (one.kd > 0) is (one.arm == "second_stage")


def test_more_sets_and_seeds_are_the_same_plan_with_more_runs():
    few = {one for own in plan.planned(seeds=3, datasets=["trec"]).values() for one in own}
    many = {one for own in plan.planned(seeds=10).values() for one in own}
    assert few < many and set(plan.planned()) == set(plan.SETS)


def test_the_papers_own_models_run_the_same_plan_on_the_papers_five_sets():
    ours, papers = plan.planned(), plan.planned(scale="paper")
    assert list(papers) == ["trec", "sst2", "subj", "sst5", "ag_news"]
    same = ("arm", "seed", "kd", "gan", "option")
    for one, other in zip(ours["trec"], papers["trec"], strict=True):
        assert [getattr(one, name) for name in same] == [getattr(other, name) for name in same]
        assert (one.scale, other.scale) == ("full", "paper")
        assert one.rows != other.rows


def test_a_model_of_the_paper_that_cannot_be_had_is_told_before_any_run(monkeypatch):
    def missing(dataset, scale):
        raise AssetError("no roberta-base")

    monkeypatch.setattr(plan, "testbed_named", missing)
    with pytest.raises(AssetError, match="no roberta-base"):
        plan.planned(scale="paper")


def test_another_table_beside_it_is_refused():
    with pytest.raises(ValueError, match="wanted confirm alone"):
        plan.planned(["confirm", "table8"])

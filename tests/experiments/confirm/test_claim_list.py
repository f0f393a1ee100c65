"""The list of claims: what it holds, that its printed numbers are the paper's, what is refused."""

import pytest

from labkit.experiments.adversarial import printed_numbers as paper
from labkit.experiments.confirm.claim_list import MOST, claims
from tests.helpers.confirm.made_answers import claim


def at_half(table, dataset, arm, gan):
    return next(
        one.accuracy
        for one in paper.printed(table)
        if (one.dataset, one.arm, one.kd, one.gan) == (dataset, arm, 0.5, gan)
    )


def test_there_is_one_primary_claim_among_few_and_it_changes_nothing_but_the_adversary():
    found = claims()
    assert len(found) <= MOST
    primary = next(one for one in found if one.primary)
    assert primary.second == ("second_stage without",)
    assert set(primary.first) == {"second_stage differ", "second_stage resemble"}


def test_the_printed_differences_are_those_of_the_papers_tables():
    given = {one.name: one.printed for one in claims()}
    for dataset in ("sst5", "sst2"):
        table = {"sst5": "table6", "sst2": "table7"}[dataset]
        cell = at_half(table, dataset, "stage_two", 0.1)
        full, none = (at_half("table5", dataset, how, 0) for how in ("full", "none"))
        assert given["differ_for_labels"][dataset] == pytest.approx(cell - full)
        assert given["resemble_for_labels"] == given["differ_for_labels"]
        assert given["sharing"][dataset] == pytest.approx(full - none)
        route = [paper.accuracy("table2", dataset, arm) for arm in ("chained", "direct")]
        assert given["assistant"][dataset] == pytest.approx(route[0] - route[1])
        guided = next(
            one.accuracy
            for one in paper.printed("table4")
            if one.dataset == dataset and one.gan == 0.1
        )
        gain = guided - paper.accuracy("table4", dataset, "teacher")
        assert given["guided_teacher"][dataset] == pytest.approx(gain)


@pytest.mark.parametrize(("dataset", "table"), [("trec", "table8"), ("ag_news_part", "table9")])
def test_the_gain_on_stage_one_is_that_of_the_cell_that_is_run(dataset, table):
    gain = next(one for one in claims() if one.name == "two_stages_against_first").printed[dataset]
    name = dataset.removesuffix("_part")
    first = paper.accuracy(table, name, "stage_one")
    assert gain == pytest.approx(at_half(table, name, "stage_two", 0.1) - first)


def test_an_arm_that_nobody_trains_is_refused():
    with pytest.raises(ValueError, match="names the arms \\['second_stage louder'\\], wanted"):
        claim("second_stage louder")


@pytest.mark.parametrize("matters", [0.0, 1.0])
def test_a_size_that_cannot_matter_is_refused(matters):
    with pytest.raises(ValueError, match="must be in \\(0, 1\\)"):
        claim(matters=matters)


LINE = '[[claim]]\nname = "{}"\nsentence = "a"\nplace = "b"\nmatters = 0.01\n'
ARMS = 'first = ["stage_one"]\nsecond = ["direct"]\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("".join(LINE.format(f"c{n}") + ARMS for n in range(16)), "wanted at most 15"),
        (2 * (LINE.format("same") + ARMS), "names two claims alike"),
        (LINE.format("one") + ARMS, "must have one primary claim"),
    ],
)
def test_a_list_that_is_no_list_is_refused(tmp_path, text, says):
    file = tmp_path / "claims.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=says):
        claims(file)


def test_ag_news_as_a_whole_has_the_printed_number_of_its_part():
    found = [one.printed for one in claims()]
    assert any("ag_news" in printed for printed in found)
    assert all(one.get("ag_news") == one.get("ag_news_part") for one in found)

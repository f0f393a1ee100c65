"""The paper's two stages as its tables print them."""

import pytest

from labkit.experiments.forensics.printed_stages import first_stage, second_stage


def test_first_stages_are_those_that_the_tables_print():
    printed = {"sst2": 0.5283, "trec": 0.626, "sst5": 0.3661, "ag_news_part": 0.9036}
    assert {name: first_stage(name) for name in printed} == pytest.approx(printed)


def test_that_of_subj_follows_from_its_stated_gains():
    assert first_stage("subj") == pytest.approx(0.507, abs=0.003)


def test_the_second_stage_of_sst2_is_far_above_the_first():
    assert second_stage("sst2") - first_stage("sst2") == pytest.approx(0.2527, abs=0.003)


def test_a_set_that_the_paper_does_not_have_is_refused():
    with pytest.raises(ValueError, match="the paper has no 'cola'"):
        first_stage("cola")

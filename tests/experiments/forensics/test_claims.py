"""The lines that the runs earn, on made runs whose answer is known."""

import numpy as np
import pytest

from labkit.experiments.forensics.claims import lines
from labkit.experiments.result import Result, pack
from labkit.experiments.trial import Trial

LEVELS = {
    "tfidf": 0.8, "teacher": 0.9, "labels": 0.8, "zscore": 0.8, "zscored_both": 0.5,
    "then_raw": 0.76, "then_raw_gan": 0.76, "again_zscored": 0.5, "again_zscored_gan": 0.5,
}  # fmt: skip


def made(arm, seed, dataset="sst2", level=None):
    """A run that gets its share of 1000 texts right, with a little chance between seeds."""
    share = LEVELS[arm] if level is None else level
    right = np.zeros(1000, dtype=bool)
    chosen = np.random.default_rng([seed, len(arm)]).permutation(1000)[: round(1000 * share) + seed]
    right[chosen] = True
    outcome = {"accuracy": right.mean(), "correct": pack(right), "tests": 1000, "validation": None}
    option = "" if arm in ("tfidf", "teacher") else "plain"
    return Result(f"{arm}{seed}{dataset}", Trial(dataset, arm, seed, option=option), outcome)


def words(dataset="sst2", **levels):
    runs = [
        made(arm, seed, dataset, levels.get(arm))
        for arm in LEVELS
        for seed in range(1 if arm in ("tfidf", "teacher") else 5)
    ]
    return {line.claim: line.word for line in lines(runs)}


def test_eq_4_as_printed_does_not_explain_it_and_zscored_outputs_do():
    found = words()
    assert found["the losses as printed (eq. 4) leave the student as low as the paper's "
                 "first stage"] == "not reproduced"  # fmt: skip
    assert found["z-scored outputs in both losses leave it as low as the paper's "
                 "first stage"] == "reproduced"  # fmt: skip


def test_raw_cross_entropy_brings_the_gain_and_the_adversary_does_not():
    found = words()
    assert found["raw cross-entropy brings the gain of the second stage"] == "reproduced"
    assert found["the adversary alone brings that gain"] == "not reproduced"


def test_an_effect_that_stays_smaller_than_the_papers_is_there_in_part():
    question = "z-scored outputs in both losses leave it as low as the paper's first stage"
    assert words(zscored_both=0.7)[question] == "in part"
    assert words(zscored_both=0.54)[question] == "reproduced"
    gain = "raw cross-entropy brings the gain of the second stage"
    assert words(then_raw=0.6)[gain] == "in part"


def test_sets_with_more_classes_have_no_second_stage():
    assert len(words("trec")) == 2


@pytest.mark.parametrize("level", [0.5, 0.76])
def test_the_word_follows_the_runs(level):
    found = words(again_zscored_gan=level)
    wanted = "reproduced" if level > 0.7 else "not reproduced"
    assert found["the adversary alone brings that gain"] == wanted

"""Which runs the word task asks for."""

import pytest

from labkit.experiments.llm.plan import ARMS, SCALES, WordRun, planned


def test_every_arm_with_every_seed_once_and_whole_seeds_first():
    runs = planned(3)
    assert len(set(runs)) == 3 * len(ARMS)
    assert [run.seed for run in runs] == sorted(run.seed for run in runs)
    assert {run.split for run in runs} == {"test"}


def test_further_seqkd_is_not_given_less_than_the_start():
    size = SCALES["classroom"]
    assert size.longer_steps > size.start_steps > size.text_steps


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("nothing", 0), "the arm 'nothing'"),
        (("start", -1), "seed"),
        (("start", 0, "huge"), "the scale 'huge'"),
        (("start", 0, "smoke", "train"), "the split 'train'"),
    ],
)
def test_nonsense_is_refused(given, says):
    with pytest.raises(ValueError, match=says):
        WordRun(*given)


def test_no_seeds_are_refused():
    with pytest.raises(ValueError, match="at least 1, got 0"):
        planned(0)

"""The words answer the sentence: direction, size, and what a longer list costs each of them."""

import math

import pytest

from labkit.experiments.confirm.estimates import Estimate
from labkit.experiments.confirm.verdicts import Judged, direction_of, judged, size_of
from tests.helpers.confirm import made_answers

TIGHT = 0.001


def word(difference, error=TIGHT, holm=None, equivalence=None, **more):
    ours = Estimate(difference, error, 50, 5, 2000)
    one = Judged(
        made_answers.claim(**more), ("sst2",), ours, {}, (0.9, 0.9),
        holm=ours.p() if holm is None else holm,
        equivalence=ours.p_outside(0.01) if equivalence is None else equivalence,
    )  # fmt: skip
    return direction_of(one)


@pytest.mark.parametrize(
    ("difference", "error", "direction"),
    [
        (0.02, TIGHT, "yes"),
        (-0.02, TIGHT, "no"),
        (0.0, TIGHT, "no"),
        (0.0, 0.01, "open"),
        (0.02, 0.02, "open"),
        (-0.02, 0.02, "open"),
    ],
)
def test_a_no_is_a_harm_or_an_equivalence_and_never_a_wide_interval(difference, error, direction):
    assert word(difference, error) == direction


def test_the_word_follows_holm_and_not_the_single_p_value():
    assert word(0.02, holm=0.2, equivalence=1.0) == "open"
    assert word(0.0, holm=1.0, equivalence=0.06) == "open"


def size(difference, printed, error=TIGHT, second=0.8, sampling=0.0):
    claim = made_answers.claim(printed={"sst2": printed})
    gap = Estimate(difference - printed, math.hypot(error, sampling), 50)
    one = Judged(
        claim, ("sst2",), Estimate(difference, error, 50), {}, (0.9, second),
        printed=printed, gap=gap, room=1 - second, size_holm=gap.p(),
    )  # fmt: skip
    return size_of(one, 12)


@pytest.mark.parametrize(
    ("difference", "printed", "found"),
    [
        (0.0, 0.05, "smaller"),
        (0.05, 0.05, "as large as printed"),
        (0.1, 0.05, "as large as printed"),
        (0.0, 0.25, "out of reach"),
    ],
)
def test_the_size_is_seen_beside_the_printed_one(difference, printed, found):
    assert size(difference, printed) == found


def test_the_papers_own_sampling_error_counts():
    assert size(0.0, 0.02) == "smaller"
    assert size(0.0, 0.02, sampling=0.0166) == "open"


def test_without_a_printed_number_there_is_no_size():
    lines = judged([made_answers.claim()], {"sst2": made_answers.answers()})
    assert lines[0].size == "none printed"


def test_answers_become_words_and_a_longer_list_makes_them_harder():
    answers = {"sst2": made_answers.answers({"second_stage differ": 0.85}, texts=1000)}
    alone = judged([made_answers.claim()], answers)[0]
    assert (alone.direction, alone.sets) == ("yes", ("sst2",))
    assert alone.why == "above 0 after Holm"
    # claims without runs count in Holm's list as well
    never = [made_answers.claim(name=f"c{n}") for n in range(1, 9)]
    empty = judged([made_answers.claim(), *never], answers)
    assert empty[0].holm >= alone.holm
    assert empty[0].smallest > alone.smallest


def test_what_was_not_run_is_open_and_says_so():
    one = judged([made_answers.claim()], {"sst2": made_answers.answers(seeds=2)})[0]
    assert (one.direction, one.sets, one.ours) == ("open", (), None)
    assert "fewer than 3 chains" in one.why


def test_the_printed_mean_is_taken_over_the_sets_that_have_runs_and_a_number():
    claim = made_answers.claim(printed={"sst2": 0.03, "sst5": 0.5})
    answers = {name: made_answers.answers() for name in ("sst2", "trec")}
    one = judged([claim], answers)[0]
    assert one.sets == ("sst2", "trec")
    assert one.printed == pytest.approx(0.03)
    assert one.gap.texts == 2000 and one.ours.texts == 4000
    assert one.gap.error > math.sqrt(0.5 / 1821) - 1e-9

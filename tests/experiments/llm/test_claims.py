"""Words for differences, and the temperature that suits the other arm best."""

import math

import pytest

from labkit.experiments.llm.claims import BEST, CLAIMS, Claim, sentence, verdicts
from labkit.experiments.llm.plan import ARMS
from tests.helpers.llm.made_runs import made

PAIR = (Claim("a beats b", "gad_sum", "seqkd_longer"),)
AT_BEST = (Claim("a beats b", "gad_sum", "seqkd_longer", temperature=BEST),)


def noisy(first, second):
    runs = made({"gad_sum": first, "seqkd_longer": second})
    runs[0].outcome["answers"]["1.0"]["right"] += 0.01  # a spread, or p would be 0
    return runs


@pytest.mark.parametrize(
    ("first", "word"), [(0.6, "reproduced"), (0.2, "not reproduced"), (0.398, "cannot be told")]
)
def test_the_word_follows_from_the_interval(first, word):
    (line,) = verdicts(noisy(first, 0.4), PAIR)
    assert line.word == word and line.seeds == 5
    assert line.difference == pytest.approx(first - 0.4 + 0.002)


def test_a_line_that_stands_alone_does_not_stand_among_many():
    runs = made({"gad_sum": 0.4, "seqkd_longer": 0.4})
    for run, gain in zip(runs[:5], (0.02, 0.05, 0.08, 0.03, 0.02), strict=True):
        assert run.config.arm == "gad_sum"
        run.outcome["answers"]["1.0"]["right"] += gain
    (alone,) = verdicts(runs, PAIR)
    among = verdicts(runs, PAIR * 3)
    assert alone.low > 0 and alone.word == "reproduced"
    assert {(line.low, line.word) for line in among} == {(alone.low, "cannot be told")}


def test_the_best_temperature_of_the_other_arm_counts():
    (line,) = verdicts(noisy(0.6, 0.4), AT_BEST)
    assert line.difference == pytest.approx(0.6 - (0.4 + 0.3) + 0.002)
    assert line.word == "not reproduced"


def test_two_seeds_tell_nothing_and_only_shared_ones_count():
    (line,) = verdicts(made({"gad_sum": 0.6, "seqkd_longer": 0.4}, seeds=2), PAIR)
    assert line.word == "cannot be told" and math.isnan(line.low)
    runs = made({"gad_sum": 0.6}, seeds=5) + made({"seqkd_longer": 0.4}, seeds=3)
    assert verdicts(runs, PAIR)[0].seeds == 3
    assert verdicts(made({"gad_sum": 0.6}), PAIR) == []


def test_every_claim_is_about_arms_that_are_run_and_reads_as_a_sentence():
    assert {arm for claim in CLAIMS for arm in (claim.first, claim.second)} <= set(ARMS)
    lines = verdicts(made({arm: 0.1 * place for place, arm in enumerate(ARMS)}))
    assert len(lines) == len(CLAIMS)
    assert all(line.claim.said in sentence(line) and line.word in sentence(line) for line in lines)
    assert all(line.holm >= line.p for line in lines)

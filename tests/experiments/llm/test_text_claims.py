"""What the real-text study may say of its arms."""

import math

import pytest

from labkit.experiments.llm.text_claims import (
    CLAIMS,
    GROWTH,
    SAME,
    TextClaim,
    at_diversity,
    sentence,
    verdicts,
)
from labkit.experiments.llm.text_plan import ARMS
from tests.helpers.llm.made_text_runs import made


def claim(**others):
    return TextClaim("lab", "it helps", "gakd", "reverse_kl", "reverse_kl", **others)


def test_a_lower_kl_is_a_gain_and_a_higher_one_a_loss():
    runs = made({"gakd": 0.5}) + made({"reverse_kl": 0.9})
    (line,) = verdicts(runs, [claim()])
    assert line.difference == pytest.approx(0.4) and line.word == "reproduced" and line.seeds == 5
    assert "GAKD" not in sentence(line) and "+0.400" in sentence(line)
    other = TextClaim("lab", "it helps", "reverse_kl", "gakd", "reverse_kl")
    assert verdicts(runs, [other])[0].word == "not reproduced"


def test_a_higher_likelihood_is_a_gain():
    runs = made({"gakd": 1.0}, teacher_log_p=-1.0) + made({"reverse_kl": 1.0}, teacher_log_p=-3.0)
    liked = TextClaim("GAKD", "liked", "gakd", "reverse_kl", "teacher_log_p")
    assert verdicts(runs, [liked])[0].difference == pytest.approx(2.0)


def test_two_seeds_say_nothing():
    (line,) = verdicts(made({"gakd": 0.5, "reverse_kl": 0.9}, seeds=2), [claim()])
    assert line.word == "cannot be told" and math.isnan(line.low)


def test_at_equal_diversity_a_temperature_takes_the_gain_away():
    # The whole gain is what two steps of temperature give: distinct-2 0.4 instead of 0.6.
    runs = made({"gakd": 0.7}, distinct_2=0.4) + made({"reverse_kl": 0.9})
    assert verdicts(runs, [claim()])[0].difference == pytest.approx(0.2)
    (line,) = verdicts(runs, [claim(temperature=SAME)])
    assert line.difference == pytest.approx(0.0, abs=1e-9) and line.claim.temperature == SAME


def test_between_two_temperatures_the_line_is_straight_and_beyond_them_flat():
    answers = made({"gakd": 1.0}, seeds=1)[0].outcome["answers"]
    assert at_diversity(answers, 0.55, "reverse_kl") == pytest.approx(0.95)
    assert at_diversity(answers, 0.9, "reverse_kl") == pytest.approx(1.0)
    assert at_diversity(answers, 0.1, "reverse_kl") == pytest.approx(0.7)


def test_growth_is_the_gain_on_long_answers_less_that_on_short_ones():
    runs = made({"gakd": 0.8, "reverse_kl": 0.9}) + made(
        {"gakd": 0.4, "reverse_kl": 0.9}, length="long"
    )
    (line,) = verdicts(runs, [claim(length=GROWTH)])
    assert line.difference == pytest.approx(0.4)
    assert verdicts(runs[:10], [claim(length=GROWTH)]) == []


def test_holm_looks_at_all_lines():
    runs = made({arm: 0.5 + 0.01 * place for place, arm in enumerate(ARMS)})
    lines = verdicts(runs)
    assert all(line.holm >= line.p for line in lines)
    assert len(lines) == len([one for one in CLAIMS if one.length == "short"])
    assert {arm for one in CLAIMS for arm in (one.first, one.second)} <= set(ARMS)

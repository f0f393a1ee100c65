"""The check of a fair gain names each unfair comparison and takes other right ones."""

import pytest

from labkit.course.check import CheckFailed
from labkit.course.lesson_06.fair_check import fair
from tests.helpers.answers import refused


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", "off")


def paired(gad, rival):
    both = gad.keys() & rival.keys()
    return sum(gad[s] - max(rival[s].values()) for s in both) / len(both)


def mean(values):
    values = list(values)
    return sum(values) / len(values)


FAIR = {
    "at one": (lambda g, r: mean(g[s] - r[s][1.0] for s in r), "temperature 1"),
    "over temperatures": (lambda g, r: mean(g[s] - mean(r[s].values()) for s in r), "of each seed"),
    "luckiest": (
        lambda g, r: mean(g.values()) - max(max(own.values()) for own in r.values()),
        "luckiest seed",
    ),
    "best of both": (
        lambda g, r: max(g.values()) - max(max(own.values()) for own in r.values()),
        "best of each side",
    ),
    "largest": (lambda g, r: max(g[s] - max(r[s].values()) for s in r), "largest difference"),
    "one heat": (
        lambda g, r: mean(g.values()) - max(
            mean(own[t] for own in r.values()) for t in (1, 0.5, 0)
        ),
        "own best",
    ),
    "sum": (lambda g, r: 3 * paired(g, r), "not the sum"),
    "minus": (lambda g, r: -paired(g, r), "the sign"),
    "worst": (lambda g, r: mean(g[s] - min(r[s].values()) for s in r), "not its worst"),
    "all seeds": (
        lambda g, r: mean(g.values()) - mean(max(own.values()) for own in r.values()),
        "only seeds that both have",
    ),
    "rival's seeds": (lambda g, r: mean(g[s] - max(r[s].values()) for s in r), "at seed 4"),
    "gad's seeds": (lambda g, r: mean(g[s] - max(r[s].values()) for s in g), "at seed 3"),
    "in a row": (
        lambda g, r: mean(
            a - max(b.values()) for a, b in zip(g.values(), r.values(), strict=False)
        ),
        "each with its own",
    ),
    "keys": (lambda g, r: mean(g[s] - max(r[s]) for s in r), "largest key"),
    "each": (lambda g, r: {s: g[s] - max(r[s].values()) for s in g}, "one number"),
}  # fmt: skip


@pytest.mark.parametrize(("check", "answer", "says"), refused(fair, FAIR))
def test_a_wrong_answer_is_refused_with_its_reason(check, answer, says):
    with pytest.raises(CheckFailed, match=says):
        check(answer)


def test_a_right_answer_passes():
    fair(paired)

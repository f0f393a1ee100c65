"""Lines over seeds: a word needs an interval and a p that stands among all lines of the file."""

import math
from dataclasses import dataclass

import pytest

from labkit.experiments.results import head_of, read_rows
from labkit.experiments.seed_verdicts import verdicts, write_verdicts


@dataclass(frozen=True)
class Said:
    said: str
    measure: str = "right"


BETTER = (Said("a beats b"), [0.62, 0.61, 0.6, 0.6, 0.6], [0.4] * 5)


@pytest.mark.parametrize(
    ("ours", "word"),
    [
        ([0.62, 0.61, 0.6, 0.6], "reproduced"),
        ([0.22, 0.21, 0.2, 0.2], "not reproduced"),
        ([0.45, 0.35, 0.42, 0.38], "cannot be told"),
        ([0.62, 0.61], "cannot be told"),
    ],
)
def test_the_word_follows_from_interval_and_number_of_seeds(ours, word):
    (line,) = verdicts([(Said("x"), ours, [0.4] * len(ours))])
    assert line.word == word and line.seeds == len(ours)
    assert line.difference == pytest.approx(sum(ours) / len(ours) - 0.4)
    assert math.isnan(line.low) is (len(ours) < 3)


def test_a_line_that_stands_alone_does_not_stand_among_many():
    weak = (Said("weak"), [0.42, 0.45, 0.48, 0.43, 0.42], [0.4] * 5)
    (alone,) = verdicts([weak])
    among = verdicts([weak] * 3)
    assert alone.word == "reproduced" and alone.holm == alone.p
    assert {(line.word, line.low) for line in among} == {("cannot be told", alone.low)}
    assert verdicts([]) == []


def test_a_line_without_a_p_leaves_no_word_to_any():
    lines = verdicts([BETTER, (Said("one seed"), [0.5], [0.4])])
    assert [line.word for line in lines] == ["cannot be told"] * 2
    assert math.isnan(lines[0].holm) and lines[0].low > 0


def test_the_file_holds_the_claim_and_what_became_of_it(tmp_path):
    lines = verdicts([BETTER, (Said("one seed"), [0.5], [0.4])])
    write_verdicts(tmp_path / "v.csv", {"title": "made up"}, Said, lines)
    first, second = read_rows(tmp_path / "v.csv")
    assert list(first) == ["said", "measure", "difference", "low", "high", "p", "holm", "seeds",
                           "word"]  # fmt: skip
    assert (first["said"], first["difference"], first["seeds"]) == ("a beats b", "0.206", "5")
    assert second["low"] == "" and head_of(tmp_path / "v.csv")["title"] == "made up"
    write_verdicts(tmp_path / "none.csv", {}, Said, [])
    assert read_rows(tmp_path / "none.csv") == []

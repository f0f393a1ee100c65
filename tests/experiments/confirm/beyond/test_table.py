"""The comparisons: their numbers, their words, and what a long list costs."""

import numpy as np
import pytest

from labkit.experiments.confirm.beyond.plan import DIFFER, RESEMBLE, VARIATIONS, WITHOUT
from labkit.experiments.confirm.beyond.table import Line, lines_of, table_rows
from labkit.experiments.confirm.estimates import Estimate
from tests.helpers.confirm.made_runs import made_rows

GENERATOR = "second_stage generator"


def line(rows, name=GENERATOR, against=WITHOUT):
    found = {(one.variation.name, one.against): one for one in lines_of({"trec": rows})}
    return found[name, against]


def test_every_variation_has_a_line_for_each_arm_that_it_is_compared_with():
    pairs = [
        (row["arm"], row["option"], row["against"]) for row in table_rows({"trec": made_rows()})
    ]
    wanted = [(one.arm, one.option, arm) for one in VARIATIONS for arm in one.against]
    assert pairs == wanted
    assert ("second_stage", "generator", RESEMBLE) in pairs
    assert ("second_stage", "differ_d_slow", DIFFER) in pairs


def test_the_numbers_are_those_of_the_answers():
    one = line(made_rows({GENERATOR: 0.85, WITHOUT: 0.8}))
    assert one.ours.difference == pytest.approx(0.05)
    assert (one.accuracy, one.against_accuracy) == pytest.approx((0.85, 0.8))
    assert one.ours.chains == 3
    (row,) = [
        row for row in table_rows({"trec": made_rows({GENERATOR: 0.85, WITHOUT: 0.8})})
        if (row["option"], row["against"]) == ("generator", WITHOUT)
    ]  # fmt: skip
    assert row["minus"] == "0.0500" and row["word"] == "above"
    assert float(row["smallest_holm"]) > float(row["smallest"])


def test_health_is_the_mean_over_the_runs_of_the_variation():
    rows = made_rows(health={GENERATOR: [0.6, 0.7, 0.8]})
    assert line(rows).health["discriminator_accuracy"] == pytest.approx(0.7)
    assert line(rows, "second_stage share_encoder").health == {}


def word(difference, error, holm):
    ours = Estimate(difference, error, 20, 3, 500)
    return Line("trec", VARIATIONS[0], WITHOUT, ours, 0.9, 0.9, {}, 46, holm).word


@pytest.mark.parametrize(
    ("difference", "error", "holm", "said"),
    [
        (0.02, 0.002, 0.01, "above"),
        (-0.02, 0.002, 0.01, "below"),
        (0.02, 0.008, 0.9, "above (uncorrected)"),
        (-0.02, 0.008, 0.9, "below (uncorrected)"),
        (0.0, 0.003, 1.0, "nothing seen, within 1 point"),
        (0.0, 0.02, 1.0, "nothing seen"),
    ],
)
def test_the_word_says_whether_the_list_was_counted(difference, error, holm, said):
    assert word(difference, error, holm) == said


def test_two_chains_are_not_run():
    one = line(made_rows(seeds=2))
    assert one.word == "not run" and np.isnan(one.holm)
    rows = table_rows({"trec": made_rows(seeds=2)})
    assert {row["minus"] for row in rows} == {""} and {row["word"] for row in rows} == {"not run"}


def test_more_sets_make_the_list_longer_and_holm_harder():
    rows = made_rows({GENERATOR: 0.83})
    alone = lines_of({"trec": rows})[0]
    both = lines_of({"trec": rows, "sst2": made_rows()})[0]
    assert alone.ours == both.ours and both.tests == 2 * alone.tests
    assert both.holm > alone.holm

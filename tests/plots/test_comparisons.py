"""Arms beside each other, by what is drawn and what is read out."""

from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure

from labkit.evaluation.verdict import compare, interval
from labkit.plots import comparisons


@pytest.fixture
def axes():
    return Figure().subplots()


def verdict(word="better", low=0.01, high=0.05):
    return SimpleNamespace(
        name_a="a", name_b="b", difference=(low + high) / 2, low=low, high=high, word=word
    )


def test_difference_lines_run_from_low_to_high_in_points_first_verdict_on_top(axes):
    comparisons.difference_lines(axes, [verdict(), verdict("inside the noise", -0.02, 0.02)])
    ends = [line.get_segments()[0][:, 0].tolist() for line in axes.collections]
    assert ends == [[-2.0, 2.0], [1.0, 5.0]]
    assert axes.get_yticks().tolist() == [0, 1]
    colours = [line.get_color()[0][:3] for line in axes.collections]
    assert not np.allclose(*colours)


def test_a_pair_is_named_with_the_word_minus_since_a_dash_reads_as_a_list(axes):
    comparisons.difference_lines(axes, [verdict()])
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a\nminus b"]


def test_the_arms_are_bars_and_the_alt_text_has_their_means():
    bars = {"bag of\nwords": 0.5, "student": interval([0.6, 0.7, 0.8])}
    picture = comparisons.arms(bars, 0.2, 0.9)
    heights = [bar.get_height() for bar in picture.figure.axes[0].patches]
    assert heights == pytest.approx([0.5, 0.7])
    said = "bag of words 0.50, student 0.70. Lines: chance 0.20, teacher 0.90."
    assert picture.alt.endswith(said)


def test_the_differences_read_out_the_sentence_of_each_verdict():
    first, second = np.eye(3, 40) > 0, np.ones((3, 40)) > 0
    picture = comparisons.differences([compare("first", first, "second", second)])
    assert "first is worse than second" in picture.alt
    assert len(picture.png()) > 1000

"""What a batch of answers looks like, worked by hand."""

import math

import pytest
import torch

from labkit.llm import measures
from labkit.llm.tokens import pairs_of


class Apple(torch.Tensor):
    """A tensor of a device without float64."""

    def double(self):
        raise TypeError("Cannot convert a MPS Tensor to float64 dtype")

    def cpu(self):
        return self.as_subclass(torch.Tensor)


PAIRS = pairs_of([[5]] * 3, [[2, 2, 2, 1], [2, 2, 1], [3, 3]], [True, True, False])


def test_distinct_counts_inside_the_answers_only():
    # runs of two: 22 22 21, 22 21, 33
    assert measures.distinct(PAIRS, 2) == pytest.approx(3 / 6)
    assert measures.distinct(PAIRS, 1) == pytest.approx(3 / 9)
    assert math.isnan(measures.distinct(pairs_of([[5]], [[1]], [True]), 2))
    short = pairs_of([[5]] * 2, [[1], [2, 1]], [True, True])
    assert measures.distinct(short, 2) == 1.0


def test_lengths_and_ends():
    assert measures.mean_length(PAIRS) == pytest.approx(3.0)
    assert measures.ended_share(PAIRS) == pytest.approx(2 / 3)


def test_entropy_is_log_of_the_choices_and_0_when_sure():
    mask = torch.tensor([[True, False]])
    logits = torch.tensor([[[0.0, 0.0, 0.0, -1e9], [9.0, 0.0, 0.0, 0.0]]])
    assert measures.entropy(logits, mask) == pytest.approx(math.log(3), abs=1e-6)
    assert measures.entropy(logits * 1e3, ~mask) == pytest.approx(0, abs=1e-6)
    tilted = torch.tensor([[[math.log(9.0), 0.0]]])
    wanted = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
    found = measures.entropy(tilted, torch.tensor([[True]]), temperature=2.0)
    assert found == pytest.approx(wanted, abs=1e-6)


def test_pearson_of_lines_and_of_a_constant():
    line = torch.arange(5.0)
    assert measures.pearson(line, 3 - 2 * line) == pytest.approx(-1)
    assert measures.pearson(line, torch.tensor([1.0, 0, 0, 0, 1.0])) == pytest.approx(0, abs=1e-9)
    assert math.isnan(measures.pearson(line, torch.ones(5)))


def test_pair_accuracy_counts_a_tie_as_half():
    teacher, students = torch.tensor([1.0, 0.0]), torch.tensor([[0.0, 1.0], [2.0, -1.0]])
    assert measures.pair_accuracy(teacher, students) == pytest.approx((1 + 0.5 + 0 + 1) / 4)


def test_constant_groups():
    assert measures.constant_groups(torch.tensor([[1.0, 1.0], [1.0, 2.0]])) == 0.5


def test_scores_of_a_device_without_float64_are_measured():
    scores, lengths = torch.tensor([0.3, -1.0, 2.0]), torch.tensor([3.0, 1.0, 4.0])
    there = [each.as_subclass(Apple) for each in (scores, lengths)]
    assert measures.pearson(*there) == measures.pearson(scores, lengths)
    assert measures.pair_accuracy(there[0], there[1][:, None]) == 0.0

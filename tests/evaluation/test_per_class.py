import pytest
import torch

from labkit.evaluation.per_class import by_class, confusion

LABELS = torch.tensor([0, 0, 1, 1])
LOGITS = torch.eye(3)[[0, 1, 1, 1]]


def test_counts_stand_by_true_class_and_answer():
    assert confusion(LOGITS, LABELS).tolist() == [[1, 1, 0], [0, 2, 0], [0, 0, 0]]


def test_precision_and_recall_by_hand_and_a_class_without_rows():
    first, second, third = by_class(LOGITS, LABELS, ("a", "b", "c"))
    assert (first.precision, first.recall, first.rows) == (1, 0.5, 2)
    assert (round(second.precision, 3), second.recall) == (0.667, 1)
    assert (third.precision, third.recall, third.rows, third.is_small) == (0, 0, 0, True)


@pytest.mark.parametrize("names", [("a", "b"), ("a", "b", "c", "d")])
def test_no_class_is_left_out_for_want_of_a_name(names):
    with pytest.raises(ValueError, match="names for 3 classes"):
        by_class(LOGITS, LABELS, names)

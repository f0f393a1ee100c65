from dataclasses import replace

import pytest
import torch

from labkit.training.class_numbers import check_class_numbers, check_validation
from tests.helpers import tiny


def labelled(values):
    return replace(tiny.encoded(len(values)), labels=torch.tensor(values))


def test_class_numbers_of_the_model_and_no_labels_at_all_are_let_through():
    check_class_numbers(labelled([0, 2, 1]), tiny.bilstm(3), "training")
    check_class_numbers(replace(tiny.encoded(3), labels=None), tiny.bilstm(3), "training")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([0.5, 1.0], "the validation labels are scores .*, wanted class numbers"),
        ([0, 3], "a validation label is 3, and the model has 3 classes, wanted 0 to 2"),
        ([-1, 9], "a validation label is -1, .* leave out texts whose label is hidden"),
    ],
)
def test_other_labels_are_refused_in_words(values, said):
    with pytest.raises(ValueError, match=said):
        check_class_numbers(labelled(values), tiny.bilstm(3), "validation")


def test_validation_texts_need_labels_of_the_models_classes():
    check_validation(None, tiny.bilstm(3))
    check_validation(labelled([0, 2]), tiny.bilstm(3))
    with pytest.raises(ValueError, match="validation texts have no labels"):
        check_validation(replace(tiny.encoded(3), labels=None), tiny.bilstm(3))
    with pytest.raises(ValueError, match="a validation label is 7"):
        check_validation(labelled([0, 7]), tiny.bilstm(3))

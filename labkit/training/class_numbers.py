"""Labels that a classifier can learn: whole numbers, one of its classes each."""

from typing import TYPE_CHECKING

from labkit.data.encoding.encoded import Encoded

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def check_validation(texts: Encoded | None, model: "PreTrainedModel") -> None:
    """Refuse validation texts that no best epoch can be chosen by, before anything is written.

    texts:  None where the last epoch is kept
    errors: ValueError for texts without labels, and as in `check_class_numbers`
    """
    if texts is None:
        return
    if texts.labels is None:
        raise ValueError("the validation texts have no labels; encode them with labels")
    check_class_numbers(texts, model, "validation")


def check_class_numbers(texts: Encoded, model: "PreTrainedModel", split: str) -> None:
    """Refuse labels that the cross-entropy or an accuracy of this model cannot be worked out from.

    split:  what the texts are called in the sentence, such as "training"
    errors: ValueError for scores, and for a class number that the model has no logit for
    Texts without labels are let through: who needs labels asks for them itself.
    """
    if texts.labels is None:
        return
    classes = int(model.config.num_labels or 0)
    if texts.labels.is_floating_point():
        raise ValueError(
            f"the {split} labels are scores (numbers with a point), wanted class numbers: write "
            "whole numbers from 0, or train on the scores with `distill`, a hard_loss such as "
            "mean squared error, and no validation texts"
        )
    lowest, highest = int(texts.labels.min()), int(texts.labels.max())
    if lowest < 0 or highest >= classes:
        wrong = lowest if lowest < 0 else highest
        raise ValueError(
            f"a {split} label is {wrong}, and the model has {classes} classes, wanted 0 to "
            f"{classes - 1}: build the model for as many classes as there are, and leave out "
            "texts whose label is hidden (-1)"
        )

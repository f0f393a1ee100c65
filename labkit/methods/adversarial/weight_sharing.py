"""What stage 2 takes over from stage 1: nothing, the token vectors, or every weight."""

from typing import TYPE_CHECKING

import torch

from labkit.data.encoding.encoded import Encoded
from labkit.evaluation.predict import predict
from labkit.training.teacher_logits import StoredTargets

if TYPE_CHECKING:
    from transformers import PreTrainedModel

HOW = ("none", "partial", "full")
PARTS = ("encoder", "embedding")


def share_weights(
    first_stage: "PreTrainedModel",
    fresh: "PreTrainedModel",
    how: str = "full",
    part: str = "encoder",
) -> "PreTrainedModel":
    """Give `fresh` some of the stage-1 model's weights, copied, and return it.

    Source: Adversarial Distillation, section 4.2, Table 5.

    how:  "none" leaves it fresh; "full" copies every weight; "partial" copies a part
    part: which part that is; the paper does not say. Our choice "encoder" copies all but the
          classifier on top, so the new model reads as the old one did and decides anew;
          "embedding" copies the token vectors alone
    errors: ValueError when the two models do not have the same weights by name and shape
    """
    if how not in HOW:
        raise ValueError(f"got how={how!r}, wanted one of {HOW}")
    if part not in PARTS:
        raise ValueError(f"got part={part!r}, wanted one of {PARTS}")
    if how == "none":
        return fresh
    old, new = first_stage.state_dict(), fresh.state_dict()
    other = sorted(
        name
        for name in set(old) | set(new)
        if name not in old or name not in new or old[name].shape != new[name].shape
    )
    if other:
        raise ValueError(
            f"the two models differ in {', '.join(other[:3])}, wanted the same weights by name "
            "and shape; build the fresh one with the sizes of the stage-1 model"
        )
    names = set(old) if how == "full" else _names_of(fresh, part)
    with torch.no_grad():
        for name in names:
            new[name].copy_(old[name])
    return fresh


def _names_of(model: "PreTrainedModel", part: str) -> set[str]:
    """Names of the weights that partial sharing copies."""
    if part == "embedding":
        table = {id(weight) for weight in model.get_input_embeddings().parameters()}
        named = model.state_dict(keep_vars=True)
        return {name for name, weight in named.items() if id(weight) in table}
    return {name for name in model.state_dict() if not name.startswith(("classifier", "score"))}


def frozen_logits(
    model: "PreTrainedModel", encoded: Encoded, precision: str = "auto"
) -> StoredTargets:
    """The model's logits on these texts as they are now; later training does not move them."""
    return StoredTargets(encoded, predict(model, encoded, precision=precision))

"""The first-stage losses that are told apart, and the second stages that follow them."""

from collections.abc import Callable
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from labkit.losses.kl import soft_kl
from labkit.losses.standardised import zscore_as_printed, zscore_kl_as_printed

TEMPERATURE = 2.0


def cross_entropy_of_zscores(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy of z-scored logits (batch, classes): "the outputs of each model", section 3.2.

    returns a scalar in nats; at two classes it hardly depends on how far the logits lie apart
    """
    return F.cross_entropy(zscore_as_printed(logits), labels)


@dataclass(frozen=True)
class Losses:
    """What a student of the study lowers: alpha * hard + kd * soft + gan * adversary."""

    ce: float
    """Weight of the labels, alpha of eq. 4."""
    kd: float
    """Weight of the soft loss, 1 - alpha of eq. 4."""
    gan: float = 0.0
    """Weight of an adversary that wants the raw logits to resemble the teacher's."""
    hard: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy
    soft: Callable[[Tensor, Tensor, float], Tensor] = zscore_kl_as_printed
    learning_rate: float = 1e-3
    """Adam's step size, the same all the way."""
    bfloat16: bool = False
    """Whether logits come out of a forward pass in bfloat16, where equal ones are common."""


FIRST_STAGE = {
    "labels": Losses(1.0, 0.0),
    "kl": Losses(0.5, 0.5, soft=soft_kl),
    "zscore": Losses(0.5, 0.5),
    "zscored_both": Losses(0.5, 0.5, hard=cross_entropy_of_zscores),
    "zscored_labels": Losses(1.0, 0.0, hard=cross_entropy_of_zscores),
    "zscore_alone": Losses(0.0, 1.0),
    "zscore_bfloat16": Losses(0.1, 0.9, bfloat16=True),
    "small_steps": Losses(1.0, 0.0, learning_rate=2e-5),
}
"""Arm -> its losses. "zscore" is eq. 4 as printed; "zscored_both" standardises before both."""

SECOND_STAGE = {
    "again_zscored": Losses(0.5, 0.5, hard=cross_entropy_of_zscores),
    "again_zscored_gan": Losses(0.4, 0.5, 0.1, hard=cross_entropy_of_zscores),
    "then_raw": Losses(0.5, 0.5),
    "then_raw_gan": Losses(0.4, 0.5, 0.1),
}
"""Arm -> the losses of the second stage, after "zscored_both" in the first."""

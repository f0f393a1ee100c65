"""The loss of one model on one batch, part by part, and the report of its step."""

import math
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn

from labkit.losses.arguments import check_same_shape
from labkit.losses.kl import soft_kl
from labkit.methods.online.config import SideStep
from labkit.methods.online.side import Answer, Side
from labkit.models.bottlenecks import Bottleneck
from labkit.training.together import Turn


@dataclass(frozen=True)
class Parts:
    """The loss of one model on one batch, as one number to go down and its parts to look at."""

    total: Tensor
    ce: Tensor
    kd: Tensor
    reconstruction: Tensor
    kl: Tensor


def losses(
    side: Side,
    answer: Answer,
    rows: Tensor,
    other: Answer | None,
    temperature: float,
    tie: float = 0.0,
) -> Parts:
    """Eq. 1 and 3: labels and the other model, each with its weight, plus Eq. 9's own part.

    The paper prints L_kd(T, S) in both and no temperature squared; here the other model is the
    target in both, KL(other || own), times the temperature squared.

    answer: this model's, with gradient; other: the other model's, which gets no gradient
    tie:    weight of the squared distance of the two bottleneck means
    errors: ValueError for outputs or means of different shapes, or when a model that should
            listen has nobody to listen to
    """
    weights, nothing = side.config.weights, answer.logits.new_tensor(math.nan)
    ce = hard_loss(answer.logits, side.targets(rows))
    total, kd = weights.ce * ce, nothing
    if weights.kd > 0:
        if other is None:
            raise ValueError("the weight kd is above 0 but there is no other model; set it to 0")
        kd = soft_loss(answer.logits, other.logits, temperature)
        total = total + weights.kd * kd
    rebuilt = kept = nothing
    if answer.passage is not None:
        own = bottleneck_of(side.model).loss(answer.passage)
        total, rebuilt, kept = total + own.total, own.reconstruction, own.kl
    if tie > 0:
        total = total + tie * distance_of_means(answer, other)
    return Parts(total, ce, kd, rebuilt, kept)


def hard_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy with class numbers; squared error with scores in [0, 1].

    errors: ValueError for scores where a model has classes, and classes where it has one score
    """
    if (logits.shape[1] == 1) != labels.is_floating_point():
        kind = "scores" if labels.is_floating_point() else "class numbers"
        raise ValueError(
            f"got {kind} as labels for a model with {logits.shape[1]} outputs; a score needs one "
            "output and floating point labels, classes need an output each and int64 labels"
        )
    if labels.is_floating_point():
        return F.mse_loss(logits[:, 0], labels)
    return F.cross_entropy(logits, labels)


def soft_loss(own: Tensor, other: Tensor, temperature: float) -> Tensor:
    """KL(other || own) times temperature squared; squared error for scores. Only `own` learns."""
    check_same_shape(own, other, "own logits", "the other model's logits")
    if own.shape[1] == 1:
        return F.mse_loss(own, other.detach())
    return soft_kl(student=own, teacher=other, temperature=temperature)


def distance_of_means(answer: Answer, other: Answer | None) -> Tensor:
    """Mean squared distance of two bottlenecks' means; only the first gets a gradient."""
    if answer.passage is None or other is None or other.passage is None:
        raise ValueError("a tie of the means needs a bottleneck in both models; set tie to 0")
    first, second = answer.passage.mean, other.passage.mean
    check_same_shape(first, second, "own means", "the other model's means")
    return F.mse_loss(first, second.detach())


def bottleneck_of(model: nn.Module) -> Bottleneck:
    """The bottleneck of a model that has one under that name."""
    found = model.get_submodule("bottleneck")
    assert isinstance(found, Bottleneck)
    return found


def report(side: Side, turn: Turn, answer: Answer, parts: Parts, seconds: float) -> SideStep:
    """The step as plain numbers; judges the model at the end of an epoch."""
    labels, right = side.targets(turn.rows), math.nan
    if not labels.is_floating_point():
        right = (answer.logits.detach().argmax(-1) == labels).float().mean().item()
    total, ce, kd, rebuilt, kept = (
        part.item() for part in (parts.total, parts.ce, parts.kd, parts.reconstruction, parts.kl)
    )
    validation = side.score() if turn.ends_epoch else None
    head = (turn.index, turn.total, turn.epoch, total, ce, kd, right, seconds, validation)
    return SideStep(*head, reconstruction=rebuilt, kl=kept)

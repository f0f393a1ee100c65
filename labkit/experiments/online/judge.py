"""A trained model on the test texts: its answers, and every number that is taken of them."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from labkit.compute import autocast, model_device
from labkit.evaluation.features import FIRST, off_diagonal
from labkit.evaluation.glue import checkpoint_score
from labkit.evaluation.measures import ece, nll
from labkit.experiments.online.material import Built, Material
from labkit.methods.online.side import Inputs


@dataclass(frozen=True)
class Answers:
    """What a trained model says about some texts, float32 on the CPU."""

    logits: Tensor
    """(rows, classes)"""
    means: Tensor
    """(rows, latent or width): what its class head sees."""


def answers(model: nn.Module, inputs: Inputs, lengths: Tensor, batch_size: int = 128) -> Answers:
    """One pass in eval mode over all texts, those of like length together.

    lengths: (rows,) tokens of each text; computes in the number type of the training
    """
    model.eval()
    parts: list[tuple[Tensor, Tensor]] = []
    order = lengths.argsort(stable=True)
    with torch.no_grad(), autocast(model_device(model)):
        for rows in order.split(batch_size):
            found = model(*inputs(rows))
            parts.append((found.logits.float(), found.passage.mean.float()))
    back = order.argsort()
    logits, means = (torch.cat(some).cpu()[back] for some in zip(*parts, strict=True))
    return Answers(logits, means)


def judged(material: Material, built: Built) -> dict[str, Any]:
    """Everything that is measured of a trained model on the test texts."""
    found = answers(built.model, built.test, material.test.texts.lengths)
    first = min(FIRST, found.means.shape[1])
    numbers = numbers_of(material, found.logits)
    flat = first < 2 or bool((found.means[:, :first].std(0) == 0).any())
    numbers["off_diagonal"] = (
        None if flat else round(off_diagonal(found.means, first, redraws=2).value, 5)
    )
    return numbers


def numbers_of(material: Material, logits: Tensor) -> dict[str, Any]:
    """Score, and for classes nll and calibration error, of some test logits."""
    labels = material.test.labels
    found: dict[str, Any] = {"score": checkpoint_score(material.task, logits, labels)}
    if not material.task.regression:
        found |= {"nll": round(nll(logits, labels), 6), "ece": round(ece(logits, labels), 6)}
    return found

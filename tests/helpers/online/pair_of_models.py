"""A small teacher and a small student over the same made-up texts, for runs of two models."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from transformers.modeling_outputs import SequenceClassifierOutput

from labkit.data.encoding.encoded import Encoded
from labkit.methods.online.loop import Pupil
from labkit.methods.online.side import row_inputs
from labkit.models.bag_student import BagClassifier
from labkit.models.bottlenecks import BottleneckConfig
from tests.helpers import tiny

CLASSES = 3


@dataclass(frozen=True)
class Pair:
    """Both models with what they read, and the texts that decide the batches."""

    student: Pupil
    teacher: Pupil
    train: Encoded
    features: Tensor
    """(texts, width) what both models read."""


def bags(encoded: Encoded) -> Tensor:
    """How often each of the 62 tokens stands in each text, (texts, 62)."""
    counts = torch.zeros(len(encoded), 62)
    for row in range(len(encoded)):
        counts[row] = torch.bincount(torch.tensor(encoded.row(row)), minlength=62).float()
    return counts


def pair(
    teacher: BottleneckConfig | None = None,
    student: BottleneckConfig | None = None,
    rows: int = 48,
    dropout: float = 0.2,
) -> Pair:
    """A teacher of 16 and a student of 8 hidden numbers; linear bottlenecks unless given."""
    train = tiny.encoded(rows, CLASSES)
    linear = BottleneckConfig("linear", latent=4)
    features = bags(train)
    above = BagClassifier(features, CLASSES, teacher or linear, 16, dropout, seed=1)
    below = BagClassifier(features, CLASSES, student or linear, 8, dropout, seed=2)
    inputs = row_inputs(features)
    return Pair(Pupil(below, inputs), Pupil(above, inputs), train, features)


class OneNumber(nn.Module):
    """A model of one weight: the logits of a text x are (weight * x, 0)."""

    def __init__(self, weight: float, name: str = "", heard: list[str] | None = None) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight, dtype=torch.float64))
        self.name, self.heard = name, heard

    def forward(self, values: Tensor) -> SequenceClassifierOutput:
        if self.heard is not None:
            mode = "train" if self.training else "eval"
            asked = "gradient" if torch.is_grad_enabled() else "no gradient"
            self.heard.append(f"{self.name} {mode} {asked} {float(self.weight.detach()):.4f}")
        logits = torch.cat([self.weight * values, 0 * values], dim=1)
        return SequenceClassifierOutput(logits=logits)

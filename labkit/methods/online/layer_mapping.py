"""Students that copy layers and not answers alone: BERT-PKD and TinyBERT."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labkit.losses.arguments import check_same_shape
from labkit.losses.features import patience


def every_nth(student_layers: int, teacher_layers: int) -> list[int]:
    """Which teacher layer each student layer copies, counted from 1: the last copies the last.

    Source: TinyBERT's uniform map (Jiao et al. 2019, arXiv:1909.10351, section 4.1): with 4 and 12
    layers 3, 6, 9, 12; PKD-Skip (Sun et al. 2019, arXiv:1908.09355) is this without the last pair.
    errors: ValueError for a student with more layers than its teacher, or without layers
    """
    if not 1 <= student_layers <= teacher_layers:
        raise ValueError(
            f"got {student_layers} student and {teacher_layers} teacher layers, wanted at least 1 "
            "and not more than the teacher has"
        )
    return [
        round(place * teacher_layers / student_layers) for place in range(1, student_layers + 1)
    ]


def patient_loss(
    student: Sequence[Tensor], teacher: Sequence[Tensor], layers: Sequence[int] | None = None
) -> Tensor:
    """BERT-PKD's loss: squared distance of the normalised first-token states of matched layers.

    Source: Sun et al. 2019 (arXiv:1908.09355), eq. 7; the last layer is left to the logits.

    student, teacher: hidden states of a model, (batch, tokens, width) for the embedding and each
                      layer, as `output_hidden_states=True` gives them; the teacher gets no gradient
    layers:           teacher layer for each student layer but the last; None takes every nth
    returns a scalar, mean over layers, batch and width
    errors:  ValueError for widths that differ or a student of one layer

    Trap: as a mean over the width it is about 1 / width large, so its weight must be 10 to 1000.
    """
    count = len(student) - 1
    if count < 2:
        raise ValueError(f"got a student of {count} layer, wanted 2 or more: the last has no pair")
    chosen = every_nth(count, len(teacher) - 1)[:-1] if layers is None else list(layers)
    if len(chosen) != count - 1:
        raise ValueError(f"got {len(chosen)} layers to copy, wanted {count - 1}")
    pairs = [
        patience(student[own][:, 0], teacher[other][:, 0].detach())
        for own, other in enumerate(chosen, start=1)
    ]
    return torch.stack(pairs).mean()


class WidthMap(nn.Module):
    """TinyBERT's learned matrix from the student's width to the teacher's, shared by all layers."""

    def __init__(self, student_width: int, teacher_width: int, seed: int = 0) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.widen = nn.Linear(student_width, teacher_width, bias=False)

    def forward(self, states: Tensor) -> Tensor:
        """(..., student width) becomes (..., teacher width)."""
        widened: Tensor = self.widen(states)
        return widened


def hidden_loss(
    student: Sequence[Tensor],
    teacher: Sequence[Tensor],
    widen: WidthMap,
    mask: Tensor,
    layers: Sequence[int] | None = None,
) -> Tensor:
    """TinyBERT's loss of embeddings and hidden states: squared error over the texts' own tokens.

    Source: Jiao et al. 2019 (arXiv:1909.10351), eq. 8 and 9.

    student, teacher: as in `patient_loss`, the embedding first; mask: (batch, tokens)
    layers:           place in `teacher` for the embedding and each student layer; None takes the
                      embedding and every nth layer
    returns the sum over embedding and student layers of the mean squared error
    errors:  ValueError for another number of layers than the student has
    """
    every = [0, *every_nth(len(student) - 1, len(teacher) - 1)] if layers is None else layers
    chosen = list(every)
    if len(chosen) != len(student):
        raise ValueError(f"got {len(chosen)} layers to copy, wanted {len(student)}")
    own = mask.bool()
    pairs = [
        F.mse_loss(widen(student[place])[own], teacher[other].detach()[own])
        for place, other in enumerate(chosen)
    ]
    return torch.stack(pairs).sum()


def attention_loss(student: Sequence[Tensor], teacher: Sequence[Tensor], mask: Tensor) -> Tensor:
    """TinyBERT's loss of attention: squared error of the attention between a text's own tokens.

    Source: Jiao et al. 2019 (arXiv:1909.10351), eq. 7, which takes the scores before the softmax;
    transformers hands out the probabilities, so these are compared here.

    student, teacher: (batch, heads, tokens, tokens) for each layer; equally many heads
    returns the sum over student layers of the mean squared error
    """
    pairs, own = [], (mask[:, None, :, None] * mask[:, None, None, :]).bool()
    for place, other in enumerate(every_nth(len(student), len(teacher))):
        ours, theirs = student[place], teacher[other - 1].detach()
        check_same_shape(ours, theirs, "student attention", "teacher attention")
        both = own.expand_as(ours)
        pairs.append(F.mse_loss(ours[both], theirs[both]))
    return torch.stack(pairs).sum()


def soft_cross_entropy(student: Tensor, teacher: Tensor, temperature: float = 1.0) -> Tensor:
    """TinyBERT's second phase: cross-entropy with the teacher's softened classes, in nats.

    Source: Jiao et al. 2019 (arXiv:1909.10351), eq. 10. It is KL(teacher || student) plus the
    teacher's own entropy, so its gradient is that of soft_kl without T squared.
    """
    check_same_shape(student, teacher, "student logits", "teacher logits")
    wanted = F.softmax(teacher.detach() / temperature, dim=1)
    return -(wanted * F.log_softmax(student / temperature, dim=1)).sum(1).mean()

"""What a discriminator learns by: which of two answers is the teacher's, and a smooth score."""

import torch
from torch import Tensor

from labkit.losses.arguments import check_same_shape
from labkit.losses.preference import bradley_terry


def group_bradley_terry(teacher: Tensor, students: Tensor) -> Tensor:
    """-log sigmoid(teacher - student), with one teacher answer beside a group of the student's.

    Source: GAD, Ye et al. 2025 (arXiv:2511.10643), eq. 8; as the relativistic pairing loss of
    GAKD with one student answer for each prompt.

    teacher:  (prompts,) scores of the teacher's answers
    students: (prompts, samples) scores of the student's answers
    returns a scalar in nats, the mean over prompts and samples; log 2 when all scores are equal
    errors: ValueError for shapes that do not fit or scores that are not finite
    """
    if students.ndim != 2 or teacher.shape != students.shape[:1]:
        raise ValueError(
            f"got teacher scores of shape {tuple(teacher.shape)} and student scores of shape "
            f"{tuple(students.shape)}, wanted (prompts,) and (prompts, samples)"
        )
    return bradley_terry(teacher[:, None].expand_as(students), students)


def gradient_penalty(scores: Tensor, inputs: Tensor) -> Tensor:
    """The squared slope of each score at its own input: R1 on the teacher's side, R2 on the other.

    Source: Mescheder et al. 2018 (arXiv:1801.04406), eq. 9; both sides as in R3GAN, Huang et al.
    2025 (arXiv:2501.05441), and GAKD.

    scores: (n,), computed from `inputs`, each from its own row
    inputs: (n, ...) with requires_grad
    returns a scalar, the mean over n of the squared norm of d score / d input; it has a gradient
    errors: ValueError when no gradient leads from the scores to the inputs

    Trap: without `create_graph` the penalty is a number that teaches nothing, and nothing tells.
    """
    if scores.ndim != 1 or len(scores) != len(inputs):
        raise ValueError(
            f"got scores of shape {tuple(scores.shape)} for {len(inputs)} inputs, wanted one each"
        )
    if not (inputs.requires_grad and scores.requires_grad):
        raise ValueError(
            "no gradient leads from the scores to the inputs; call inputs.requires_grad_() before "
            "scoring, outside of torch.no_grad()"
        )
    (slope,) = torch.autograd.grad(scores.sum(), inputs, create_graph=True)
    return slope.square().flatten(1).sum(1).mean()


def centring_penalty(teacher: Tensor, student: Tensor) -> Tensor:
    """The squared sum of each pair's scores, which keeps them from drifting off together.

    Source: Eisenstein et al. 2023 (arXiv:2312.09244), eq. 2.

    teacher, student: scores of the same shape
    returns a scalar, the mean; Bradley-Terry alone does not change when both scores rise
    """
    check_same_shape(teacher, student, "teacher scores", "student scores")
    return (teacher + student).square().mean()

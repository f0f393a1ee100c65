"""How far the student's next-token distributions are from the teacher's, and a text's surprise."""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from labkit.llm.losses.arguments import check_logits, check_share, counted
from labkit.losses.arguments import check_temperature


def forward_kl(student: Tensor, teacher: Tensor, mask: Tensor, temperature: float = 1.0) -> Tensor:
    """KL(teacher || student) per counted token: the student must cover all that the teacher says.

    Source: Kim and Rush 2016 (arXiv:1606.07947), word-level distillation, less the teacher's own
    entropy.

    student, teacher: (batch, tokens, vocabulary) logits; no gradient flows to the teacher
    mask:             (batch, tokens) bool, True = counts
    returns a scalar in nats, the mean over the counted tokens; 0 when the distributions agree
    errors: ValueError for shapes, vocabularies or masks that do not fit

    Traps: there is no factor T^2, so a higher temperature also shrinks the gradient. Some manuals
    call KL(student || teacher) "forward"; the direction stands in the formula, not in the word.
    """
    log_p, log_q = _log_probs(student, teacher, mask, temperature)
    return _kl(log_p, log_q)


def reverse_kl(student: Tensor, teacher: Tensor, mask: Tensor, temperature: float = 1.0) -> Tensor:
    """KL(student || teacher) per counted token: the student may say only what the teacher says.

    Source: MiniLLM, Gu et al. 2023 (arXiv:2306.08543), eq. 1, per token.

    Shapes, unit and errors as in `forward_kl`.

    Trap: on fixed text this is not the reverse KL of whole sequences, whose texts come from the
    student; take rollouts for that. It is low also for a student that says one thing only.
    """
    log_p, log_q = _log_probs(student, teacher, mask, temperature)
    return _kl(log_q, log_p)


def jsd(
    student: Tensor,
    teacher: Tensor,
    mask: Tensor,
    beta: float = 0.5,
    temperature: float = 1.0,
) -> Tensor:
    """Generalised Jensen-Shannon divergence per counted token, between forward and reverse KL.

    Source: GKD, Agarwal et al. 2023 (arXiv:2306.13649), section 2:
    beta KL(p || m) + (1 - beta) KL(q || m) with m = beta p + (1 - beta) q, p teacher, q student.

    beta: in [0, 1]; 0 is forward KL and 1 reverse KL, by definition
    Shapes, unit and errors as in `forward_kl`; bounded by log 2 for 0 < beta < 1.

    Trap: the ends are jumps. As beta nears 0 or 1 the formula itself goes to 0, while at 0 and 1
    the two KLs stand: beta = 0.01 pulls as forward KL does, but a hundred times more weakly.
    """
    check_share(beta, "beta", with_one=True)
    log_p, log_q = _log_probs(student, teacher, mask, temperature)
    if beta == 0:
        return _kl(log_p, log_q)
    if beta == 1:
        return _kl(log_q, log_p)
    log_m = _mixed(log_p, log_q, beta)
    return beta * _kl(log_p, log_m) + (1 - beta) * _kl(log_q, log_m)


def skew_forward_kl(
    student: Tensor, teacher: Tensor, mask: Tensor, skew: float = 0.1, temperature: float = 1.0
) -> Tensor:
    """KL(p || skew p + (1 - skew) q) per counted token, p teacher and q student.

    Source: DistiLLM, Ko et al. 2024 (arXiv:2402.03898), eq. 3.

    skew: in [0, 1); 0 is forward KL; bounded by -log(skew) above 0
    Shapes, unit and errors as in `forward_kl`.
    """
    check_share(skew, "skew", with_one=False)
    log_p, log_q = _log_probs(student, teacher, mask, temperature)
    return _kl(log_p, _mixed(log_p, log_q, skew))


def skew_reverse_kl(
    student: Tensor, teacher: Tensor, mask: Tensor, skew: float = 0.1, temperature: float = 1.0
) -> Tensor:
    """KL(q || skew q + (1 - skew) p) per counted token, p teacher and q student.

    Source: DistiLLM, Ko et al. 2024 (arXiv:2402.03898), eq. 4.

    skew: in [0, 1); 0 is reverse KL; bounded by -log(skew) above 0
    Shapes, unit and errors as in `forward_kl`.
    """
    check_share(skew, "skew", with_one=False)
    log_p, log_q = _log_probs(student, teacher, mask, temperature)
    return _kl(log_q, _mixed(log_q, log_p, skew))


def sequence_nll(logits: Tensor, answers: Tensor, mask: Tensor) -> Tensor:
    """The surprise at the teacher's text: -log q(token), the mean over the counted tokens.

    Source: sequence-level distillation, Kim and Rush 2016 (arXiv:1606.07947), eq. 5 with one
    sampled text for each prompt.

    logits:  (batch, tokens, vocabulary), each the forecast of the answer's token at its place
    answers: (batch, tokens) int64 token ids
    returns a scalar in nats per token
    errors: ValueError for shapes that do not fit or an answer outside of the vocabulary
    """
    rows, wanted = counted(logits, mask, "logits"), answers[mask]
    if len(wanted) and int(wanted.max()) >= rows.shape[1]:
        raise ValueError(
            f"got an answer with token {int(wanted.max())}, wanted ids below the student's "
            f"vocabulary of {rows.shape[1]}; encode the texts with the student's own tokenizer"
        )
    return F.cross_entropy(rows, wanted)


Divergence = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(student logits, teacher logits, mask) -> scalar in nats per token."""

DIVERGENCES = ("forward_kl", "reverse_kl", "jsd", "skew_forward_kl", "skew_reverse_kl")
"""Names that a white-box run takes."""


def _log_probs(
    student: Tensor, teacher: Tensor, mask: Tensor, temperature: float
) -> tuple[Tensor, Tensor]:
    """log p of the teacher and log q of the student, (counted, vocabulary) each."""
    check_temperature(temperature)
    check_logits(student, teacher)
    ours = counted(student, mask, "student logits")
    theirs = counted(teacher.detach(), mask, "teacher logits")
    return F.log_softmax(theirs / temperature, -1), F.log_softmax(ours / temperature, -1)


def _kl(log_first: Tensor, log_second: Tensor) -> Tensor:
    """KL(first || second), the mean over the rows."""
    return F.kl_div(log_second, log_first, log_target=True, reduction="batchmean")


def _mixed(log_first: Tensor, log_second: Tensor, share: float) -> Tensor:
    """log(share first + (1 - share) second), without leaving the logarithms."""
    if share == 0:
        return log_second
    return torch.logaddexp(log_first + math.log(share), log_second + math.log1p(-share))

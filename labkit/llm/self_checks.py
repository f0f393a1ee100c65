"""What silently ruins adversarial and on-policy runs, looked for before the first step."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from labkit.compute import model_device
from labkit.llm.rollouts import Rollout, Sampling, rollout
from labkit.llm.scoring import in_eval, token_log_probs
from labkit.llm.tokens import Pairs

if TYPE_CHECKING:
    from transformers import PreTrainedModel

TOLERANCE = 1e-3
"""Scores that differ by more than this, or this share of their size, are different."""
LOOKED_AT = 8
"""Pairs that are scored one by one."""

Score = Callable[[Pairs], Tensor]
"""Prompts with answers -> one score each, (n,)."""


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    check: str
    """Name of the check."""
    fine: bool
    says: str
    """What was looked at, or what is wrong and what to do."""


class SelfCheckError(ValueError):
    """Checks that failed, each with what to do."""


def self_check(
    student: "PreTrainedModel",
    pairs: Pairs,
    sampling: Sampling,
    score: Score | None = None,
    teacher: "PreTrainedModel | None" = None,
) -> list[Finding]:
    """All checks that apply to a run, with a few of its prompts; nothing learns.

    pairs:   prompts with the teacher's answers; score: a discriminator or reward, if there is one
    teacher: the white box, if it is open
    `refuse` turns what failed into an error. The student's own answers are drawn by torch's global
    generator, which is put back.
    """
    where = model_device(student)
    findings = given_check(pairs, sampling.eos_id, score, where)
    if teacher is not None:
        findings.append(vocabulary_finding(student, teacher))
    with torch.random.fork_rng():
        own = rollout(student, _some(pairs).to(where), sampling)
    findings += [end_finding(own.pairs, sampling.eos_id, "the student's answers")]
    findings += [balance_finding(pairs, own.pairs, sampling)]
    findings += [sampling_finding(student, own, sampling.temperature)]
    return findings


def given_check(
    pairs: Pairs, eos_id: int, score: Score | None, where: torch.device
) -> list[Finding]:
    """The checks for which no student has to write: the teacher's answers, and the score.

    where: the device on which the score wants its pairs
    """
    findings = [mask_finding(pairs), end_finding(pairs, eos_id, "the teacher's answers")]
    if score is not None:
        with in_eval(score) if isinstance(score, nn.Module) else nullcontext():
            findings += score_findings(score, _some(pairs).to(where))
    return findings


def _some(pairs: Pairs) -> Pairs:
    return pairs.rows(torch.arange(min(len(pairs), LOOKED_AT)))


def refuse(findings: Sequence[Finding]) -> None:
    """SelfCheckError with a line for each finding that is not fine; nothing when all are."""
    wrong = [f"{found.check}: {found.says}" for found in findings if not found.fine]
    if wrong:
        raise SelfCheckError(f"{len(wrong)} of {len(findings)} checks failed\n" + "\n".join(wrong))


def score_findings(score: Score, pairs: Pairs) -> list[Finding]:
    """Whether a reward model says the same of the same text, whatever stands around it.

    Usable on any reward model, in the mode in which it will be used.
    """
    with torch.no_grad():
        first, again = score(pairs), score(pairs)
        alone = torch.cat([score(pairs.rows(torch.tensor([row]))) for row in range(len(pairs))])
        other = score(_filled_otherwise(pairs))
    numbers = bool(torch.isfinite(first).all()) and first.shape == (len(pairs),)
    return [
        Finding(
            "scores are numbers",
            numbers,
            f"got shape {tuple(first.shape)} and {int((~torch.isfinite(first)).sum())} scores that "
            f"are NaN or infinite, wanted ({len(pairs)},) finite ones",
        ),
        _equal(
            "equal text, equal score", first, again,
            "the same batch scores otherwise the second time; switch dropout off with eval()",
        ),
        _equal(
            "alone or in a batch", first, alone,
            "a text scores otherwise beside longer ones; the score reads padding, or the last "
            "place of the row in place of the last token",
        ),
        _equal(
            "padding is not read", first, other,
            "the score changes with the tokens behind the end; make masks from lengths",
        ),
    ]  # fmt: skip


def _equal(check: str, first: Tensor, second: Tensor, trouble: str) -> Finding:
    apart = (first - second).abs()
    fine = bool((apart <= TOLERANCE * (1 + first.abs())).all())
    return Finding(check, fine, f"largest difference {apart.max().item():.2g}; {trouble}")


def _filled_otherwise(pairs: Pairs) -> Pairs:
    """The same pairs with another token of theirs wherever nothing counts."""
    filler = int(pairs.prompts[0, -1])
    return Pairs(
        pairs.prompts.masked_fill(~pairs.prompt_mask, filler),
        pairs.prompt_lengths,
        pairs.answers.masked_fill(~pairs.mask, filler),
        pairs.answer_lengths,
        pairs.ended,
    )


def mask_finding(pairs: Pairs) -> Finding:
    """Whether each prompt and each answer has a token that counts, and none more than there are."""
    fine = True
    for lengths, ids in (
        (pairs.prompt_lengths, pairs.prompts),
        (pairs.answer_lengths, pairs.answers),
    ):
        fine &= bool(((lengths >= 1) & (lengths <= ids.shape[1])).all())
    return Finding(
        "masks", fine, "lengths must lie between 1 and the width of the rows; build with pairs_of"
    )


def end_finding(pairs: Pairs, eos_id: int, whose: str) -> Finding:
    """Whether the end token closes exactly those answers that are said to have ended."""
    is_end = (pairs.answers == eos_id) & pairs.mask
    last = is_end.gather(1, pairs.answer_lengths[:, None] - 1).squeeze(1)
    early = int((is_end.sum(1) > last.long()).sum())
    untrue = int((last != pairs.ended).sum())
    return Finding(
        f"end token in {whose}",
        not early and not untrue,
        f"{early} of {len(pairs)} hold an end token before their end, and {untrue} end otherwise "
        "than `ended` says; append the end token by the same code on both sides",
    )


def balance_finding(teacher: Pairs, student: Pairs, sampling: Sampling) -> Finding:
    """Whether a discriminator could tell the sides apart by where their texts stop alone."""
    never = not bool(teacher.ended.any())
    longer = int((teacher.answer_lengths > sampling.max_tokens).sum())
    says = [
        "none of the teacher's answers has an end token, so one that ends is the student's"
        if never
        else "",
        f"{longer} of the teacher's answers are longer than the student's max_tokens "
        f"{sampling.max_tokens}; cut them there"
        if longer
        else "",
    ]
    fine = not never and not longer
    shares = f"{_percent(teacher)} of the teacher's and {_percent(student)} of the student's end"
    return Finding("ends on both sides", fine, "; ".join(filter(None, says)) or shares)


def _percent(pairs: Pairs) -> str:
    return f"{100 * pairs.ended.float().mean().item():.0f}%"


def sampling_finding(student: "PreTrainedModel", own: Rollout, temperature: float) -> Finding:
    """Whether the student's answers score as they were sampled, so that the first ratio is 1."""
    with torch.no_grad(), in_eval(student):
        scored = token_log_probs(student, own.pairs, temperature or 1.0)
    apart = ((scored - own.log_probs).abs() * own.pairs.mask).max().item()
    return Finding(
        "sampling and scoring agree",
        apart <= TOLERANCE,
        f"largest difference of log-probabilities {apart:.2g}; use one temperature, no filter of "
        "the likeliest tokens, no dropout, float32",
    )


def vocabulary_finding(student: "PreTrainedModel", teacher: "PreTrainedModel") -> Finding:
    """Whether logits of both can be compared token by token."""
    ours, theirs = int(student.config.vocab_size), int(teacher.config.vocab_size)
    return Finding(
        "one vocabulary",
        ours == theirs,
        f"the student has {ours} tokens and the teacher {theirs}; cut both to the tokenizer's size "
        "if the rest is unused, else take a black-box method",
    )

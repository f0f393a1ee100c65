"""Checks of lesson 06: losses of text, a discriminator's loss, advantages, two KLs."""

from collections.abc import Callable

import torch
from torch import Tensor

from labkit.course.check import CheckFailed, check, holds, pair, same, same_shape
from labkit.course.clues import clue

END = 1
"""The end token of the made-up answers, which also fills their rows."""


@check("06-seqkd")
def seqkd(answer: Callable[[Tensor, Tensor, Tensor], Tensor]) -> None:
    """seqkd_loss(logits, answers, lengths) -> nats, the mean over all tokens that count."""
    logits = torch.randn(2, 4, 5, generator=torch.Generator().manual_seed(0))
    logits = logits.requires_grad_()
    answers = torch.tensor([[2, 3, 4, END], [4, END, END, END]])
    lengths = torch.tensor([4, 2])
    got = _classes_in_place(answer, logits, answers, lengths)
    same_shape(got, (), "one number: the mean over all counted tokens of the batch")
    surprise = -torch.distributions.Categorical(logits=logits).log_prob(answers).detach()
    real = torch.tensor([[True] * 4, [True, True, False, False]])
    wanted = surprise[real].mean()
    each = (surprise * real).sum(1)
    no_ends = real & (answers != END)
    one_more = torch.arange(4) <= lengths[:, None]
    raw, over_tokens = (-of.detach().gather(2, answers[..., None])[..., 0][real].mean()
                        for of in (logits, logits.log_softmax(1)))  # fmt: skip
    clues = {
        surprise.mean(): "what fills the short row counts too: make a mask from the lengths",
        surprise[no_ends].mean(): "the end token was left out, so no answer would ever end: the "
        "mask comes from the lengths, not from the ids",
        surprise[one_more].mean(): "one token too many: a row of length 2 has places 0 and 1",
        raw: "logits are no log-probabilities: `log_softmax` first",
        over_tokens: "softmax over the vocabulary, dimension -1, not over the tokens",
        (each / lengths).mean(): "that is the mean of the answers' means: a token of a short "
        "answer counts more there; sum over all tokens, then divide by their number",
        each.sum(): "the mean over the tokens, not the sum",
        each.mean(): "divide by the number of tokens, not by that of the answers",
        each.sum() / 8: "divide by the tokens that count, not by all places",
        -wanted: "minus: a surprise is never below 0",
        _shifted(surprise, logits, answers, real): "logits[:, i] already forecast answers[:, i]: "
        "no shift",
        -logits.softmax(-1).gather(2, answers[..., None])[..., 0][real].mean().detach():
            "the log of the probability is missing",
    }  # fmt: skip
    same(got, wanted, clue(got, clues) or "-log q of each token that counts, and their mean")
    holds(got.requires_grad, "no gradient reaches the student's logits: no `detach`, no `item`")


def _classes_in_place(answer: Callable[..., Tensor], *given: Tensor) -> Tensor:
    """What the answer gives; torch's own sentence about `cross_entropy` names no dimension."""
    try:
        return answer(*given)
    except RuntimeError as error:
        if "Expected target size" not in str(error):
            raise
        hint = "`cross_entropy` wants the vocabulary in dimension 1: `logits.transpose(1, 2)`"
        raise CheckFailed(hint) from None


def _shifted(surprise: Tensor, logits: Tensor, answers: Tensor, real: Tensor) -> Tensor:
    log_q = logits[:, :-1].detach().log_softmax(-1)
    return -log_q.gather(2, answers[:, 1:, None])[..., 0][real[:, 1:]].mean()


@check("06-bradley-terry")
def bradley_terry(answer: Callable[[Tensor, Tensor], Tensor]) -> None:
    """discriminator_loss(teacher, students) -> nats, the mean over prompts and samples."""
    teacher = torch.tensor([1.0, -2.0], requires_grad=True)
    students = torch.tensor([[0.5, 3.0], [-1.0, 0.0]], requires_grad=True)
    got = answer(teacher, students)
    same_shape(got, (), "one number: the mean over all prompts and samples")
    apart = (teacher[:, None] - students).detach()
    wanted = -torch.log(1 / (1 + (-apart).exp())).mean()
    t, s = teacher.detach(), students.detach()
    clues = {
        -torch.log(torch.sigmoid(-apart)).mean(): "the sign: the teacher's answer should score "
        "higher, so the loss falls as teacher minus student grows",
        wanted * 4: "the mean, not the sum",
        -wanted: "minus: -log sigmoid is never below 0",
        -torch.log(torch.sigmoid(t - s)).mean(): "each teacher's score went to a column, not to "
        "its own row: `teacher[:, None]`",
        -torch.log(torch.sigmoid(t - s.mean(1))).mean(): "compare with each sample, then take the "
        "mean; you averaged the samples first",
        -torch.sigmoid(apart).mean(): "the logarithm is missing",
        -apart.mean(): "that falls without end: -log sigmoid stops pulling where the order "
        "is right",
        -torch.log(torch.sigmoid(t)).mean() - torch.log(torch.sigmoid(-s)).mean(): "that scores "
        "each answer alone (the loss of the first GANs); Bradley-Terry sees only their difference",
        wanted * 2: "the mean over prompts and samples: a sum over the samples is left",
        -torch.log(torch.sigmoid(t.mean() - s.mean())): "compare with each sample, then take the "
        "mean; you averaged the scores first",
        -torch.log(torch.sigmoid(t - s.amax(1))).mean(): "each sample is compared, not the best "
        "one alone",
        (1 - apart).clamp(min=0).mean(): "that is a hinge, which stops at a margin of 1",
        (apart < 0).float().mean(): "that counts mistakes and has no gradient",
    }  # fmt: skip
    holds(not got.isnan(), "got nan: the sigmoid of the difference, no difference of sigmoids")
    same(got, wanted, clue(got, clues) or "-log sigmoid(teacher - student), and the mean")
    _both_sides_learn(got, teacher, students)
    even = answer(torch.zeros(3), torch.zeros(3, 2))
    same(even, torch.log(torch.tensor(2.0)), "equal scores cost log 2")
    far = answer(torch.tensor([-200.0]), torch.tensor([[0.0, 0.0]]))
    says = "log(sigmoid(-200)) is minus infinity and exp(200) infinity in float32, and a small "
    says += "number inside the log ends the slope: use `logsigmoid` or `softplus`"
    holds(abs(float(far) - 200) < 1e-2, f"got {float(far):.4g} where the discriminator is wrong "
          f"by 200, wanted 200: {says}")  # fmt: skip


def _both_sides_learn(loss: Tensor, teacher: Tensor, students: Tensor) -> None:
    holds(loss.requires_grad, "no gradient reaches the discriminator: no `detach`, no `item`")
    loss.backward()
    for name, scores in (("teacher's", teacher), ("students'", students)):
        hint = f"no gradient reaches the {name} scores, and D learns from both sides: no `detach`"
        holds(scores.grad is not None and bool((scores.grad != 0).any()), hint)


@check("06-advantages")
def advantages(answer: Callable[[Tensor], Tensor]) -> None:
    """advantages(rewards) -> (prompts, samples): (r - mean) / (std + 1e-6) of each group."""
    rewards = torch.tensor([[1.0, 3.0, 2.0, 6.0], [-9.0, -7.0, -8.0, -4.0]], requires_grad=True)
    got = answer(rewards)
    same_shape(got, (2, 4), "one advantage for each answer")
    r = rewards.detach()
    above, spread = r - r.mean(1, keepdim=True), r.std(1, keepdim=True)
    clues = {
        (r - r.mean()) / (r.std() + 1e-6): "each answer against those to its own prompt: mean and "
        "spread along dim 1",
        (r - r.mean(0)) / (r.std(0) + 1e-6): "dim 0 compares answers to different prompts: take "
        "dim 1",
        above: "divide by the spread of the group",
        above / (r.var(1, keepdim=True) + 1e-6): "the standard deviation, not the variance",
        above / (r.std(1, keepdim=True, correction=0) + 1e-6): "the sample deviation (n - 1), "
        "which is what `std` gives by itself",
        -above / (spread + 1e-6): "the sign: a better answer has a larger advantage",
        r / (spread + 1e-6): "take the mean off: else every answer of a good prompt is pushed up",
        (r - r.amax(1, keepdim=True)) / (spread + 1e-6): "the mean of the group, not its best",
        r.softmax(1): "no softmax: mean 0, spread 1 in each group",
        r - r.mean(1, keepdim=True) / (spread + 1e-6): "brackets: first minus the mean, then "
        "divided by the spread",
        (r - r.amin(1, keepdim=True)) / (r.amax(1, keepdim=True) - r.amin(1, keepdim=True)):
            "minus the mean and divided by the spread, not from 0 to 1",
    }  # fmt: skip
    same(got, above / (spread + 1e-6), clue(got, clues) or "(r - mean) / (std + 1e-6), dim 1")
    holds(
        not got.requires_grad,
        "the rewards are numbers here, no way to the discriminator: `detach` them",
    )
    flat = answer(torch.full((1, 3), 2.0))
    says = "0 for a group of equal rewards: 1e-6 is added to the spread, which is 0 here"
    holds(bool(torch.isfinite(flat).all()), f"got {flat.tolist()}: {says}")
    same(flat, torch.zeros(1, 3), says)


@check("06-policy")
def policy(answer: Callable[[Tensor, Tensor, Tensor], Tensor]) -> None:
    """policy_loss(log_q, advantages, mask) -> minus the mean over tokens of A log q."""
    log_q = torch.tensor([[-1.0, -2.0, -0.5], [-3.0, -0.25, -7.0]], requires_grad=True)
    gains = torch.tensor([2.0, -1.0], requires_grad=True)
    mask = torch.tensor([[True, True, True], [True, True, False]])
    got = answer(log_q, gains, mask)
    same_shape(got, (), "one number: the mean over all counted tokens")
    each = (gains[:, None] * log_q).detach()
    wanted = -each[mask].mean()
    counts, kept = mask.sum(1), each * mask
    clues = {
        -wanted: "the sign: the loss goes down when good answers become likelier",
        -each.mean(): "the last place of the second answer is filling: use the mask",
        -kept.mean(): "divide by the tokens that count, not by all places",
        -each[mask].sum(): "the mean over the tokens, not the sum",
        -kept.sum(1).mean(): "divide by the number of tokens, not by that of the answers",
        -(kept.sum(1) / counts).mean(): "that is the mean of the answers' means; wanted the mean "
        "over all tokens",
        -(gains[:, None] * log_q.exp()).detach()[mask].mean(): "log q, not q",
        -each[~mask].mean(): "the mask is turned: True is where a token counts",
        -each[mask].sum() / 3: "divide by the tokens that count in all answers: `mask.sum()`",
        -(gains[:, None] + log_q).detach()[mask].mean(): "advantage times log q, not plus",
        -log_q.detach()[mask].mean(): "the advantages are missing: that is SeqKD on the student's "
        "own text",
    }  # fmt: skip
    same(got, wanted, clue(got, clues) or "-(A log q), one A for all tokens of an answer")
    _goes_to_the_student_alone(got, log_q, gains)


def _goes_to_the_student_alone(loss: Tensor, log_q: Tensor, gains: Tensor) -> None:
    holds(loss.requires_grad, "no gradient reaches log q, so the student would learn nothing")
    loss.backward()
    holds(log_q.grad is not None, "no gradient reaches log q, so the student would learn nothing")
    hint = (
        "the advantages get a gradient: the student would talk the discriminator into liking it: "
    )
    hint += "`detach` them"
    holds(gains.grad is None or bool((gains.grad == 0).all()), hint)


@check("06-kls")
def kls(answer: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]) -> None:
    """two_kls(p, q) -> KL(p || q) and KL(q || p) in nats; p is the teacher, 0 log 0 is 0."""
    p, q = torch.tensor([0.7, 0.2, 0.1]), torch.tensor([0.25, 0.25, 0.5])
    forward, reverse = pair(answer(p, q), "forward, reverse")
    one, two = (torch.distributions.Categorical(probs=x) for x in (p, q))
    right = [float(torch.distributions.kl_divergence(a, b)) for a, b in ((one, two), (two, one))]
    clues = {
        (right[1], right[0]): "swapped: the forward KL takes its mean over the teacher's p",
        (-right[0], -right[1]): "the sign: a KL is never below 0",
        (right[0] / 3, right[1] / 3): "the sum over the values, not the mean",
        (right[0], -right[0]): "the reverse is more than a sign: q weighs there, q (log q - log p)",
        _of_softmax(p, q): "p and q are probabilities already: no softmax",
        tuple(float((a * (a.log() - b)).sum()) for a, b in ((p, q), (q, p))): "`kl_div` wants "
        "the logarithm first: `kl_div(q.log(), p, ...)`",
        (right[0], right[0]): "the reverse KL takes its mean over q: q * (log q - log p)",
        (float(-(p * q.log()).sum()), float(-(q * p.log()).sum())): "that is the cross-entropy: "
        "take the entropy off",
        tuple(x / torch.log(torch.tensor(2.0)).item() for x in right): "`log`, nats, not `log2`",
    }  # fmt: skip
    hint = clue(torch.tensor([forward, reverse]), {torch.tensor(k): v for k, v in clues.items()})
    hint = hint or "sum of p (log p - log q), and of q (log q - log p)"
    same(torch.tensor([forward, reverse]), torch.tensor(right), hint)
    some = torch.tensor([0.5, 0.5, 0.0])
    forward, _ = pair(answer(some, torch.tensor([0.25, 0.25, 0.5])), "forward, reverse")
    says = "0 log 0 counts 0: leave out what p never says, such as by `torch.xlogy`"
    holds(forward == forward, f"got nan where p has a zero: {says}")
    same(forward, float(torch.tensor(2.0).log()), says)
    forward, _ = pair(answer(torch.tensor([0.25, 0.25, 0.5]), some), "forward, reverse")
    says = (
        f"got {forward:.4g} where q has a zero and p none: a floor under the logarithm hides it; "
    )
    says += "what the student never says makes the forward KL infinite, and that is right"
    holds(forward == float("inf"), says)


def _of_softmax(p: Tensor, q: Tensor) -> tuple[float, float]:
    one, two = (torch.distributions.Categorical(logits=x) for x in (p, q))
    kl = torch.distributions.kl_divergence
    return float(kl(one, two)), float(kl(two, one))

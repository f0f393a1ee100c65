"""Checks of lesson 05 about training: who learns from whom, and the parts of a VAE."""

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from labkit.course.check import check, holds, pair, same, same_shape
from labkit.course.clues import clue


@check("05-teacher")
def teacher(answer: Callable[..., Tensor]) -> None:
    """teacher_loss(teacher, student, labels, alpha, temperature) -> scalar of eq. 3."""
    own = torch.tensor([[2.0, 0.0, -1.0], [0.5, 0.0, 1.5]], requires_grad=True)
    other = torch.tensor([[0.0, 1.0, -2.0], [1.0, 0.5, 0.0]], requires_grad=True)
    labels = torch.tensor([0, 1])
    got = answer(own, other, labels, 0.75, 2.0)
    same_shape(got, (), "one number: the mean over the batch")
    ce, plain = F.cross_entropy(own, labels), _kl(other, own, 2.0)
    q, entropy = (other / 2).softmax(-1), _entropy(other, 2.0)
    log_first = "`kl_div` wants the teacher's log-probabilities first: `log_softmax`"
    holds(not got.isnan(), "got nan: `kl_div` takes probabilities second; for two logarithms give "
          "it `log_target=True`")  # fmt: skip
    columns = F.kl_div((own / 2).log_softmax(0), (other / 2).softmax(0), reduction="batchmean")
    clues = {
        0.25 * ce + 0.75 * 4 * plain: "alpha weighs the labels, 1 - alpha the student",
        0.75 * ce + 0.25 * plain: "the square of the temperature is missing",
        0.75 * ce + 0.25 * 2 * plain: "times temperature squared, not times the temperature",
        0.75 * ce + 0.25 * 4 * _kl(own, other, 2.0): "KL(student || teacher): the student is the "
        "target here, so its log-probabilities come second in `kl_div`",
        0.75 * F.cross_entropy(own / 2, labels) + plain: "the labels see the plain logits",
        0.75 * ce + 0.25 * 4 * _kl(other, own, 1.0): "soften both logits before the KL",
        0.75 * ce - plain: "add the KL: the teacher wants to come nearer",
        0.75 * ce + plain / 3: "`reduction='mean'` averages over classes too; wanted batchmean",
        1.5 * ce + 2 * plain: "the mean over the batch, not the sum",
        0.75 * ce + 2 * plain: "the KL was summed over the batch: `reduction='batchmean'`",
        0.75 * ce + columns: "softmax over the classes, dimension -1, not over the batch",
        4 * 0.75 * ce + plain: "the square of the temperature goes to the KL alone",
        0.75 * F.cross_entropy(own.softmax(-1), labels) + plain: "`cross_entropy` wants logits: it "
        "takes the softmax itself",
        0.75 * F.cross_entropy(other, labels) + plain: "the labels teach the teacher here: its "
        "logits belong into the cross-entropy",
        0.75 * ce + 0.25 * 4 * _kl(other, own, 0.5): "divide the logits by the temperature, do not "
        "multiply",
        0.75 * ce + F.kl_div((own / 2).softmax(-1), q, reduction="batchmean"): log_first,
        0.75 * ce + F.kl_div(own / 2, q, reduction="batchmean"): log_first,
        0.75 * ce + plain + entropy: "this is the cross-entropy with the student's soft labels; "
        "take the student's entropy off",
    }
    wanted = 0.75 * ce + plain
    same(got, wanted.detach(), clue(got, clues) or "alpha CE + (1 - alpha) T^2 KL(S || T)")
    (slope,) = torch.autograd.grad(wanted, own)
    _only_the_teacher_moves(got, own, other, slope)
    alone = answer(own, other, labels, 1.0, 2.0)
    same(alone, ce.detach(), "with alpha 1 the teacher hears the labels alone")


def _kl(target: Tensor, own: Tensor, temperature: float) -> Tensor:
    """KL(target || own), mean over the batch, by torch's own distributions."""
    one, two = (torch.distributions.Categorical(logits=x / temperature) for x in (target, own))
    return torch.distributions.kl_divergence(one, two).mean()


def _entropy(logits: Tensor, temperature: float) -> Tensor:
    """Of the softened classes, mean over the batch, nats."""
    return torch.distributions.Categorical(logits=logits / temperature).entropy().mean()


def _only_the_teacher_moves(loss: Tensor, own: Tensor, other: Tensor, slope: Tensor) -> None:
    holds(loss.requires_grad, "no gradient reaches the teacher: `detach` the student alone")
    loss.backward()
    hint = "the student gets a gradient from the teacher's loss: `detach` its logits"
    holds(other.grad is None or bool((other.grad == 0).all()), hint)
    hint = "no gradient reaches the teacher: `detach` the student alone"
    holds(own.grad is not None and bool((own.grad != 0).any()), hint)
    hint = "the value is right, but one part gives the teacher no gradient: `detach` the student's "
    hint += "logits, never the teacher's"
    holds(own.grad is not None and _close(own.grad, slope), hint)


@check("05-order")
def order(answer: Callable[..., tuple[float, float]]) -> None:
    """online_step(t, s, teacher_slope, student_slope, rate) -> both parameters of step m + 1."""

    def pull(own: float, other: float) -> float:
        return own - other / 2

    got = pair(answer(2.0, 0.0, pull, pull, 0.5), "first, second")
    clues = {
        (1.0, 0.5): "that is mutual learning, both from step m: eq. 5 has theta_t of step m + 1",
        (1.125, 0.5): "the student went first; eq. 4 comes before eq. 5",
        (3.0, -0.75): "down the slope: minus the rate times the slope",
        (1.0, 0.0): "the student did not move",
        (2.0, 0.5): "the teacher did not move: that is vanilla distillation, eq. 2",
        (2.5, -1.25): "each slope is called with its own parameter first",
        (1.0, -0.5): "the student's slope is called with the student's own parameter first",
        (1.0, -1.0): "the student's slope is called with the student's own parameter first",
        (0.0, 0.0): "times the rate: the slope alone is too long a step",
        (0.25, 1.0): "return the teacher's parameter first",
    }
    hint = clues.get((round(got[0], 6), round(got[1], 6)), "the teacher steps, then the student")
    same(torch.tensor(got), torch.tensor([1.0, 0.25]), hint)
    asked: list[str] = []
    got = pair(
        answer(2.0, 3.0, _noted(asked, "teacher"), _noted(asked, "student"), 0.1), "first, second"
    )
    hint = f"each slope is asked once per step, the teacher's first; got {', '.join(asked)}"
    holds(asked == ["teacher", "student"], hint)
    new = 2.0 - 0.1 * (2 * 2 + 3)
    wanted = torch.tensor([new, 3.0 - 0.1 * (2 * 3 + new)])
    same(torch.tensor(got), wanted, "each slope is called with its own parameter first")


def _noted(asked: list[str], who: str) -> Callable[[float, float], float]:
    def slope(own: float, other: float) -> float:
        asked.append(who)
        return 2 * own + other

    return slope


@check("05-sample")
def sample(answer: Callable[[Tensor, Tensor, Tensor], Tensor]) -> None:
    """sample(mean, log_variance, noise) -> mean + standard deviation * noise, same shape."""
    mean = torch.tensor([[1.0, -2.0], [0.5, 3.0]], requires_grad=True)
    log_variance = torch.tensor([[0.0, 2.0], [-2.0, -4.0]], requires_grad=True)
    noise = torch.tensor([[1.0, -1.0], [2.0, 0.5]])
    got = answer(mean, log_variance, noise)
    same_shape(got, (2, 2), "one number for each latent dimension of each text")
    clues = {
        "exp(log_variance) is the variance; the standard deviation is its root":
            mean + log_variance.exp() * noise,
        "the log-variance is a logarithm: exp of its half gives the standard deviation":
            mean + log_variance * noise,
        "exp of plus one half of the log-variance, not minus":
            mean + (-0.5 * log_variance).exp() * noise,
        "the noise is missing": mean + (0.5 * log_variance).exp(),
        "that is the mean alone: add the noise": mean,
        "the half stands inside exp: the root of exp(v) is exp(v / 2)":
            mean + 0.5 * log_variance.exp() * noise,
        "exp is missing: half the log-variance is the logarithm of the standard deviation":
            mean + 0.5 * log_variance * noise,
        "the log-variance is a logarithm, so its exp comes before the root":
            mean + log_variance.sqrt() * noise,
        "stretch the noise by the standard deviation": mean + noise,
        "stretch the noise alone, not the mean": (mean + noise) * (0.5 * log_variance).exp(),
        "exp of one half of the log-variance, not of twice as much":
            mean + (2 * log_variance).exp() * noise,
    }  # fmt: skip
    hint = "mean + standard deviation * noise, with the noise that was given"
    hint = next((says for says, wrong in clues.items() if _close(got, wrong)), hint)
    wanted = torch.distributions.Normal(mean, log_variance.exp().sqrt())
    same(got, (wanted.loc + wanted.scale * noise).detach(), hint)
    _gradient_reaches(got, {"mean": mean, "log_variance": log_variance})


def _close(got: Tensor, other: Tensor) -> bool:
    return got.shape == other.shape and torch.allclose(got, other, atol=1e-4, equal_nan=True)


def _gradient_reaches(got: Tensor, leaves: Mapping[str, Tensor]) -> None:
    """That a gradient reaches both heads is what the trick is for."""
    hint = "no gradient flows through the sample: compute it from mean and log_variance"
    holds(got.requires_grad, hint)
    got.sum().backward()
    for name, leaf in leaves.items():
        hint = f"no gradient reaches {name}, so its head would learn nothing: no `detach`"
        holds(leaf.grad is not None and bool((leaf.grad != 0).any()), hint)


@check("05-kl")
def kl(answer: Callable[[Tensor, Tensor], Tensor]) -> None:
    """kl(mean, log_variance) -> nats of a text, mean over the batch, against N(0, 1)."""
    mean = torch.tensor([[1.0, -2.0, 0.0], [0.5, 3.0, 1.0], [0.2, 0.4, -1.0], [1.5, 0.0, 0.3]])
    log_variance = torch.tensor(
        [[0.0, 1.0, -1.0], [-2.0, 0.5, 0.3], [0.7, -0.6, 0.1], [-1.0, 0.2, 0.9]]
    )
    got = answer(mean, log_variance)
    same_shape(got, (), "one number: the sum over dimensions, the mean over texts")
    wanted = _nats(mean, log_variance)
    squared, variance = mean.square(), log_variance.exp()
    holds(bool(got.isfinite()), f"got {float(got)}: log_variance is the logarithm already; its exp "
          "is the variance")  # fmt: skip
    deviation = (0.5 * log_variance).exp()
    clues = {
        wanted * 2: "one half is missing",
        wanted * 4: "the mean over texts is missing",
        wanted * 8: "one half is missing, and the mean over texts",
        wanted * 4 / 3: "sum over the latent dimensions (dim 1), then the mean over the texts",
        wanted + 0.5: "-1 belongs to each dimension: sum it with the rest",
        wanted + 1: "-1 belongs to each dimension: sum it with the rest",
        0.5 * (squared + deviation - log_variance - 1).sum(1).mean():
            "the variance is exp(log_variance), without the half",
        0.5 * (squared + variance - 0.5 * log_variance - 1).sum(1).mean():
            "ln of the variance is log_variance itself, without another half",
        0.5 * (squared + variance + log_variance - 1).sum(1).mean():
            "minus the log-variance, not plus",
        0.5 * (mean + variance - log_variance - 1).sum(1).mean(): "the mean is squared",
        wanted / 3: "the sum over the latent dimensions, not the mean: that divides by their count",
        -wanted: "the sign: a KL is never below 0",
        0.5 * (squared + variance - log_variance).sum(1).mean(): "the -1 is missing",
        0.5 * (squared + log_variance.square() - variance.log() - 1).sum(1).mean():
            "log_variance is a logarithm: its exp is the variance",
        0.5 * (squared + variance.square() - 2 * log_variance - 1).sum(1).mean():
            "exp(log_variance) is the variance already, no square",
        0.5 * (squared + variance - 1).sum(1).mean(): "minus the log-variance is missing",
        0.5 * (variance - log_variance - 1).sum(1).mean(): "the square of the mean is missing",
        _nats(mean, log_variance, turned=True): "that is KL(N(0, 1) || latent): change the two",
    }  # fmt: skip
    same(got, wanted, clue(got, clues) or "1/2 (mean^2 + variance - log-variance - 1), summed")
    at_prior = answer(torch.zeros(2, 3), torch.zeros(2, 3))
    same(at_prior, 0.0, "at mean 0 and log-variance 0 nothing is remembered: 0 nats")
    one = answer(mean[:1], log_variance[:1])
    same(one, _nats(mean[:1], log_variance[:1]), "the mean over texts, also for one text")


def _nats(mean: Tensor, log_variance: Tensor, turned: bool = False) -> Tensor:
    own = torch.distributions.Normal(mean, (0.5 * log_variance).exp())
    prior = torch.distributions.Normal(torch.zeros(()), torch.ones(()))
    pair = (prior, own) if turned else (own, prior)
    return torch.distributions.kl_divergence(*pair).sum(1).mean()

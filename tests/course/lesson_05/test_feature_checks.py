"""Checks about features reject the usual mistakes, say why, and take other right answers."""

import math

import numpy as np
import pytest
import torch

from labkit.course.check import CheckFailed
from labkit.course.lesson_05 import feature_checks
from labkit.evaluation import features as library
from tests.helpers.answers import refused


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", "off")


NATS = {
    "no half": (lambda e, b: (e / b).clamp(min=1).log(), "one half"),
    "no floor": (lambda e, b: 0.5 * (e / b).log(), "less than 0"),
    "bits": (lambda e, b: 0.5 * (e / b).clamp(min=1).log2(), "natural"),
    "log1p": (lambda e, b: 0.5 * (e / b).log1p(), "1 \\+ eigenvalue"),
    "times": (lambda e, b: 0.5 * (e * b).clamp(min=1).log(), "price"),
    "no price": (lambda e, b: 0.5 * e.clamp(min=1).log(), "price"),
    "early floor": (lambda e, b: 0.5 * (e.clamp(min=1) / b).clamp(min=1).log(), "divide by beta"),
    "sum": (lambda e, b: (0.5 * (e / b).clamp(min=1).log()).sum(), "not their sum"),
    "Python's max": (lambda e, b: max(0, 0.5 * (e / b).log()), "compare two numbers"),
    "shifted": (lambda e, b: 0.5 * (e / b + 1e-8).log(), "less than 0 nats"),
    "turned": (lambda e, b: (0.5 * (e / b).log()).abs(), "does not turn its sign"),
    "half inside": (lambda e, b: (0.5 * e / b).clamp(min=1).log(), "in front of the logarithm"),
    "tens": (lambda e, b: 0.5 * (e / b).clamp(min=1).log10(), "not `log10`"),
    "beta outside": (lambda e, b: 0.5 * e.clamp(min=1).log() / b, "inside the logarithm"),
    "kept ones": (lambda e, b: 0.5 * (e[e > b] / b).log(), "0 for those that carry nothing"),
    "nan": (lambda e, b: 0.5 * (e / b - 1).log(), "max\\(0"),
}


def singular(matrix):
    return torch.linalg.svdvals(matrix)


RANK = {
    "smaller side": (lambda h, m: min(*h.shape, *m.shape), "singular values"),
    "classes": (lambda h, m: len(h), "only two numbers"),
    "above 0": (lambda h, m: int((singular(h @ m) > 0).sum()), "rounding leaves"),
    "fixed limit": (lambda h, m: int((singular(h @ m) > 1e-3).sum()), "size of the numbers"),
    "head alone": (lambda h, m: int(torch.linalg.matrix_rank(h)), "multiply the two"),
    "mean alone": (lambda h, m: int(torch.linalg.matrix_rank(m)), "three classes"),
    "values": (lambda h, m: singular(h @ m), "one whole number"),
    "latent": (lambda h, m: h.shape[1], "three classes"),
    "smaller rank": (
        lambda h, m: min(int(torch.linalg.matrix_rank(x)) for x in (h, m)),
        "only one direction passes both",
    ),
    "added": (lambda h, m: float(singular(h @ m).sum()), "do not add them"),
}


def correlated(x):
    r = torch.corrcoef(x.T).abs()
    return float(r[~torch.eye(len(r), dtype=torch.bool)].mean()), (2 / (math.pi * len(x))) ** 0.5


def value(of):
    return lambda x: (of(x), correlated(x)[1])


def level(of):
    return lambda x: (correlated(x)[0], of(x))


def beside(matrix):
    return matrix[~torch.eye(len(matrix), dtype=torch.bool)]


NOISE = {
    "diagonal": (value(lambda x: torch.corrcoef(x.T).abs().mean()), "diagonal"),
    "signed": (value(lambda x: beside(torch.corrcoef(x.T)).mean()), "absolute value first"),
    "covariance": (value(lambda x: beside(torch.cov(x.T).abs()).mean()), "covariance"),
    "sum": (value(lambda x: beside(torch.corrcoef(x.T).abs()).sum()), "not the sum"),
    "square": (value(lambda x: beside(torch.corrcoef(x.T).square()).mean()), "not the square"),
    "16": (value(lambda x: (torch.corrcoef(x.T).abs().sum() - 4) / 16), "12 values"),
    "rows": (value(lambda x: beside(torch.corrcoef(x).abs()).mean()), "`.T`"),
    "spread": (level(lambda x: len(x) ** -0.5), "1/sqrt"),
    "no root": (level(lambda x: math.sqrt(2 / math.pi) / len(x)), "root of the number"),
    "columns": (level(lambda x: math.sqrt(2 / (math.pi * x.shape[1]))), "not of dimensions"),
    "abs last": (value(lambda x: beside(torch.corrcoef(x.T)).mean().abs()), "of each r first"),
    "triu": (value(lambda x: torch.corrcoef(x.T).abs().triu(1).mean()), "counts the zeros"),
    "cosines": (
        value(lambda x: beside((x / x.norm(dim=0)).T @ (x / x.norm(dim=0))).abs().mean()),
        "take the mean off",
    ),
    "turned": (lambda x: correlated(x)[::-1], "comes first"),
    "unrooted": (level(lambda x: 2 / (math.pi * len(x))), "square root is missing"),
    "2 outside": (level(lambda x: 2 / (math.pi * len(x)) ** 0.5), "2 stands under"),
    "2 / pi outside": (level(lambda x: 2 / math.pi / len(x) ** 0.5), "2 / pi stands under"),
    "entries": (level(lambda x: (2 / (math.pi * x.numel())) ** 0.5), "not of all entries"),
    "one number": (lambda x: correlated(x)[0], "two numbers"),
}

WRONG = [
    *refused(feature_checks.nats, NATS),
    *refused(feature_checks.rank, RANK),
    *refused(feature_checks.noise, NOISE),
]


@pytest.mark.parametrize("check, wrong, words", WRONG)
def test_a_usual_mistake_is_named(check, wrong, words):
    with pytest.raises(CheckFailed, match=words):
        check(wrong)


def by_numpy(features):
    r = np.abs(np.corrcoef(features.numpy().T))
    size = len(r)
    return (r.sum() - size) / (size * (size - 1)), np.sqrt(2 / np.pi / len(features))


def upper_half(features):
    r = torch.corrcoef(features.T)
    rows, columns = torch.triu_indices(len(r), len(r), 1)
    return r[rows, columns].abs().mean(), library.noise_level(len(features))


RIGHT = [
    (feature_checks.nats, lambda e, b: (0.5 * (e / b).log()).clamp(min=0)),
    (feature_checks.nats, lambda e, b: torch.where(e > b, 0.5 * (e / b).log(), torch.zeros(()))),
    (feature_checks.nats, lambda e, b: 0.5 * torch.relu(e.log() - math.log(b))),
    (feature_checks.rank, lambda h, m: int(torch.linalg.matrix_rank(h @ m))),
    (feature_checks.rank, lambda h, m: (singular(h @ m) > 1e-5 * singular(h @ m)[0]).sum()),
    (feature_checks.rank, lambda h, m: int(np.linalg.matrix_rank((h @ m).numpy()))),
    (feature_checks.noise, correlated),
    (feature_checks.noise, by_numpy),
    (feature_checks.noise, upper_half),
]


@pytest.mark.parametrize("check, right", RIGHT)
def test_every_right_way_passes(check, right, capsys):
    check(right)
    assert "well done" in capsys.readouterr().out

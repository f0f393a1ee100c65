"""Made features with two classes, and a file of fits on frozen features with made numbers."""

import torch

from labkit.experiments.frozen_fits.plan import FrozenFit
from labkit.experiments.frozen_fits.reproduce import experiment, measure_on
from labkit.experiments.online.facts.frozen import Frozen
from labkit.experiments.result import Result

WIDTH = 20


def features(rows: int = 60) -> Frozen:
    """Three classes along two strong directions of 20, the rest weaker from one to the next."""
    chance = torch.Generator().manual_seed(0)
    strengths = 1.3 ** -torch.arange(WIDTH).float()
    labels = torch.arange(rows) % 3
    middles = 2 * torch.randn(3, WIDTH, generator=chance) * (torch.arange(WIDTH) < 2)
    sides = [
        middles[labels] + torch.randn(rows, WIDTH, generator=chance) * strengths for _ in range(2)
    ]
    return Frozen("trec", sides[0], sides[1], labels, labels, classes=3, rows="made")


def write(folder, seeds: int = 2):
    """Write frozen_fits.csv of two widths, two betas and two lambdas; gives its path."""
    made = features()
    asked = [
        FrozenFit(latent, beta, weight, seed, steps=5)
        for seed in range(seeds)
        for weight in (0.005, 1.0)
        for latent in (4, 16)
        for beta in (1.0, 4.0)
    ]
    done = [Result(str(place), one, _outcome(made, one)) for place, one in enumerate(asked)]
    experiment(1, 1, "made", folder).write("frozen_fits", done)
    return folder / "frozen_fits.csv"


def _outcome(made: Frozen, asked: FrozenFit) -> dict[str, object]:
    return measure_on(made, asked) | {"seconds": 1.0, "cpu_seconds": 1.0, "versions": "made"}

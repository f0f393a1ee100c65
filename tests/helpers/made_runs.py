"""Made-up finished runs whose accuracies a test decides."""

import numpy as np

from labkit.experiments.adversarial.plan import plan
from labkit.experiments.results import Run
from labkit.experiments.trial import Trial

TESTS = 200


def run(trial: Trial, accuracy: float, validation: float | None = None) -> Run:
    """A run that is right on a share of the test texts, which ones decided by its seed."""
    chance = np.random.default_rng(trial.seed)
    correct = chance.permutation(TESTS) < round(TESTS * accuracy)
    held = accuracy if validation is None else validation
    return Run(trial, float(correct.mean()), accuracy, held, 2.0, 1.5, correct, {}, "made up")


def table(name: str, accuracy, seeds: int | None = None, datasets=()) -> list[Run]:
    """All runs of a table; accuracy: Trial -> share of right answers."""
    return [run(trial, accuracy(trial)) for trial in plan(name, seeds, datasets)]

"""Made-up finished runs whose accuracies a test decides."""

import numpy as np

from labkit.experiments.adversarial.plan import plan
from labkit.experiments.result import Result, pack
from labkit.experiments.sweep import key_of
from labkit.experiments.trial import Trial

TESTS = 200


def run(trial: Trial, accuracy: float, validation: float | None = None) -> Result[Trial]:
    """A run that is right on a share of the test texts, which ones decided by its seed."""
    chance = np.random.default_rng(trial.seed)
    correct = chance.permutation(TESTS) < round(TESTS * accuracy)
    outcome = {
        "accuracy": float(correct.mean()),
        "macro_f1": accuracy,
        "validation": accuracy if validation is None else validation,
        "seconds": 2.0,
        "cpu_seconds": 1.5,
        "tests": TESTS,
        "correct": pack(correct),
        "notes": {},
        "versions": "made up",
    }
    return Result(key_of(trial), trial, outcome)


def table(name: str, accuracy, seeds: int | None = None, datasets=()) -> list[Result[Trial]]:
    """All runs of a table; accuracy: Trial -> share of right answers."""
    return [run(trial, accuracy(trial)) for trial in plan(name, seeds, datasets)]

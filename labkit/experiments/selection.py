"""Finished trials of an arm found by what was asked for, averaged by seed, chosen on validation."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from labkit.experiments.result import Result
from labkit.experiments.trial import Trial

Runs = Sequence[Result[Trial]]


def chosen(
    runs: Iterable[Result[Trial]],
    dataset: str,
    arm: str,
    kd: float | None = None,
    gan: float | None = None,
    option: str | None = None,
) -> list[Result[Trial]]:
    """The runs of an arm in the order of their seeds; None takes any value."""
    found = [
        run
        for run in runs
        if (run.config.dataset, run.config.arm) == (dataset, arm)
        and (kd is None or math.isclose(run.config.kd, kd, abs_tol=1e-9))
        and (gan is None or math.isclose(run.config.gan, gan, abs_tol=1e-9))
        and option in (None, run.config.option)
    ]
    return sorted(found, key=lambda run: run.config.seed)


def correctness(runs: Iterable[Result[Trial]]) -> NDArray[np.bool_]:
    """Right or wrong, (seeds, test rows), for `verdict.compare`."""
    return np.stack([run.correct for run in runs])


def by_seed(runs: Iterable[Result[Trial]]) -> dict[int, float]:
    """Mean accuracy of each seed over all these runs, such as the cells of a grid."""
    import pandas as pd

    pairs = [(run.config.seed, run.accuracy) for run in runs]
    means = pd.DataFrame(pairs, columns=["seed", "accuracy"]).groupby("seed")["accuracy"].mean()
    return dict(zip(means.index.tolist(), means.tolist(), strict=True))


def best_on_validation(runs: Iterable[Result[Trial]]) -> list[Result[Trial]]:
    """The runs of the cell with the highest mean validation accuracy; the test has no say.

    A cell is one arm, option and pair of weights; of equal ones the first counts.
    """
    import pandas as pd

    cell = ["arm", "option", "kd", "gan"]
    given = list(runs)
    if not given:
        raise ValueError("got no runs to choose from")
    table = pd.DataFrame([{name: getattr(run.config, name) for name in cell} for run in given])
    table["validation"] = [run.validation for run in given]
    cells = table.groupby(cell, sort=False)
    best = int(cells["validation"].transform("mean").fillna(-1).to_numpy().argmax())
    number = cells.ngroup().tolist()
    own = [run for run, its in zip(given, number, strict=True) if its == number[best]]
    return sorted(own, key=lambda run: run.config.seed)

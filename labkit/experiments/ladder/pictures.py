"""The ladder as bars."""

from collections.abc import Sequence
from pathlib import Path

from labkit.evaluation.verdict import interval
from labkit.experiments.ladder.claims import by_arm
from labkit.experiments.ladder.climb import Rung
from labkit.plots import roles


def save(rungs: Sequence[Rung], path: Path) -> None:
    """Draw the ladder into an image file: one bar per arm, with its interval over seeds."""
    from matplotlib.figure import Figure

    from labkit.files import write_atomically
    from labkit.plots.charts import accuracy_bars

    scores = {arm: [one.accuracy for one in own] for arm, own in by_arm(rungs).items()}
    bars = {roles.arm(code).name: interval(values) for code, values in scores.items()}
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    accuracy_bars(figure.subplots(), bars, scores["majority"][0], scores["teacher"][0], "majority")
    with write_atomically(path) as temporary:
        figure.savefig(temporary, format=path.suffix.lstrip(".") or "png", dpi=150)

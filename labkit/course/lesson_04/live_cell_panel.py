"""The panel that trains one cell of the stage-2 grid for real, over the shipped runs of it."""

from collections.abc import Sequence

from labkit.course.lesson_04.cell_sliders import weights
from labkit.course.widgets.controls import choice
from labkit.course.widgets.training_panel import TrainingPanel
from labkit.evaluation.curves import Behind
from labkit.experiments.adversarial import train_cell
from labkit.experiments.adversarial.shipped_grids import Cell, ShippedCurves
from labkit.experiments.testbed import Testbed


def live_panel(
    testbed: Testbed, shipped: ShippedCurves | None = None, seeds: Sequence[int] = train_cell.SEEDS
) -> TrainingPanel:
    """The panel: choose alpha, beta and seed, train that cell, and see it among the shipped runs.

    testbed: the rows to train on; `train_cell.prepared(testbed, seeds)` must have run
    shipped: from `shipped_grids.shipped_curves()`; None draws the live curve alone
    """

    def run(alpha: float, beta: float, seed: str) -> train_cell.Run:
        return train_cell.steps(testbed, round(alpha, 9), round(beta, 9), int(seed))

    def behind(alpha: float, beta: float, seed: str) -> Behind | None:
        return None if shipped is None else shipped_behind(shipped, _cell(alpha, beta), testbed)

    def at_end(accuracy: float, alpha: float, beta: float, seed: str) -> str:
        return compared(accuracy, int(seed), shipped, _cell(alpha, beta), testbed)

    return TrainingPanel(
        run,
        behind=behind,
        at_end=at_end,
        **weights(),
        seed=choice("seed", [str(seed) for seed in seeds]),
    )


def shipped_behind(shipped: ShippedCurves, cell: Cell, testbed: Testbed) -> Behind | None:
    """The shipped curves of a cell; None when it was not measured."""
    runs = shipped.curves.get(cell)
    if not runs:
        return None
    other = "" if shipped.rows == testbed.folder.name else ", other rows"
    return Behind(f"shipped, {len(runs)} seeds{other}", tuple(runs[seed] for seed in sorted(runs)))


def compared(
    accuracy: float, seed: int, shipped: ShippedCurves | None, cell: Cell, testbed: Testbed
) -> str:
    """What a finished run may be compared with, in plain sentences.

    accuracy: on the test texts, in [0, 1]
    """
    text = f"Test accuracy of this run, seed {seed}: {accuracy:.3f}."
    accuracies = {} if shipped is None else shipped.accuracies.get(cell, {})
    if shipped is None or not accuracies:
        return f"{text} No shipped run has alpha {cell[0]:g} and beta {cell[1]:g}."
    others = ", ".join(f"{accuracies[one]:.3f} (seed {one})" for one in sorted(accuracies))
    text += f" The shipped runs of this cell: {others}."
    if shipped.rows != testbed.folder.name:
        return (
            f"{text} These numbers cannot be compared: yours was trained and tested on the rows "
            f"{testbed.folder.name}, the shipped ones on {shipped.rows or 'rows not named'}."
        )
    return (
        f"{text} Same rows and settings: the same seed gives the same run, up to the rounding of "
        "another processor or of another number of threads."
    )


def _cell(alpha: float, beta: float) -> Cell:
    return round(alpha, 9), round(beta, 9)

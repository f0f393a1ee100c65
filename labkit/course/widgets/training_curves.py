"""What a training panel draws: the run so far, the runs before it, finished runs behind both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from matplotlib.axes import Axes

from labkit.evaluation.curves import Behind, points_of
from labkit.plots import curves
from labkit.plots.picture import Picture, draw_picture


class RunStep(Protocol):
    """What a run must yield; `accuracy` and `validation` are shown when a step has them."""

    @property
    def index(self) -> int: ...
    @property
    def loss(self) -> float: ...
    @property
    def total(self) -> int: ...


@dataclass(frozen=True)
class Seen:
    """A step of a run as the panel draws it, for runs whose own steps hold other numbers."""

    index: int
    total: int
    loss: float
    """What the left picture shows; the panel names it."""
    accuracy: float
    """Share of right answers, in [0, 1]."""
    validation: float | None = None
    """Accuracy on validation rows; None where a step does not look at them."""


@dataclass(frozen=True)
class TrainingCurves:
    """What there is to draw at one moment."""

    steps: Sequence[RunStep]
    """Of the run that trains now, or was the last."""
    earlier: Sequence[Sequence[RunStep]] = ()
    """The runs before it, drawn in grey."""
    asked: Mapping[str, object] | None = None
    """The controls' values, for the title; None where no finished runs are looked for."""
    behind: Behind | None = None
    """Finished runs of the same values; None when there are none."""
    names: Sequence[str] = ()
    """What each of the earlier runs is called in the legend; none for "earlier runs"."""
    loss: str = "loss, nats"
    """Name and unit of the loss that the steps hold."""


def training_picture(runs: TrainingCurves, accuracy: bool = True) -> Picture:
    """Loss against steps and, with `accuracy`, that of batches and validation rows beside it."""
    size = (7.5, 3.0) if accuracy else (5.0, 3.0)
    picture = draw_picture(lambda axes: _draw(axes, runs), size, 2 if accuracy else 1)
    picture.figure.subplots_adjust(left=0.9 / size[0])  # a score has digits before and behind 0
    return picture


def _draw(axes: Axes | tuple[Axes, Axes], runs: TrainingCurves) -> str:
    left, right = axes if isinstance(axes, tuple) else (axes, None)
    _curve(left, runs, "loss", runs.loss)
    if right is not None:
        _curve(right, runs, "accuracy", "accuracy, share")
        for place, run in enumerate(runs.earlier):
            curves.earlier_validation(right, place, *_series(run, "validation"))
        curves.validation_points(right, *_series(runs.steps, "validation"))
    if runs.asked is not None:
        values = ", ".join(f"{name} {_short(value)}" for name, value in runs.asked.items())
        left.set_title(values if runs.behind else f"{values}: no finished runs", fontsize=9)
    if runs.behind is not None:
        for one in (left,) if right is None else (left, right):
            one.legend(frameon=False, fontsize=8, loc="lower center")
    return _alt(runs)


def _curve(axes: Axes, runs: TrainingCurves, of: str, ylabel: str) -> None:
    behind = runs.behind
    if behind is not None:
        curves.curve_behind(axes, behind, of)
    earlier = [_series(run, of)[1] for run in runs.earlier]
    names = _with_validation(runs) if of == "accuracy" else runs.names
    now = _series(runs.steps, of)[1]
    curves.live_curve(axes, now, earlier, ylabel, behind is not None, names)
    if behind is not None:
        steps = cast(Any, runs.steps)  # a run with finished ones behind it has accuracies
        curves.block_means(axes, points_of(steps, behind.blocks), of)
        axes.set_xlim(0, behind.blocks[-1][1] + 1)


def _with_validation(runs: TrainingCurves) -> list[str]:
    """The names of the earlier runs, each with its last validation accuracy where it has one."""
    ends = [last_validation(run) for run in runs.earlier]
    pairs = zip(runs.names, ends, strict=False)
    return [name if end is None else f"{name}: {end:.2f}" for name, end in pairs]


def last_validation(steps: Sequence[RunStep]) -> float | None:
    """The last accuracy on the validation rows that a run has taken; None without one."""
    values = _series(steps, "validation")[1]
    return values[-1] if values else None


def _alt(runs: TrainingCurves) -> str:
    under = "" if runs.behind is None else _in_words(runs.behind)
    name = runs.loss.partition(",")[0]
    if not runs.steps:
        return f"Axes for {name} against steps. Nothing has been trained yet.{under}"
    places, values = _series(runs.steps, "validation")
    checked = f" Validation accuracy {values[-1]:.2f} at step {places[-1]}." if values else ""
    return (
        f"{name.capitalize()} against steps: from {runs.steps[0].loss:.3f} at step 1 to "
        f"{runs.steps[-1].loss:.3f} at step {len(runs.steps)}.{checked} "
        f"{len(runs.earlier)} earlier runs in grey{_named(runs)}.{under}"
    )


def _named(runs: TrainingCurves) -> str:
    return f": {'; '.join(_with_validation(runs))}" if runs.names else ""


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _in_words(behind: Behind) -> str:
    """What the grey curves of finished runs show."""
    runs = "; ".join(
        f"loss from {run[0].loss:.3f} to {run[-1].loss:.3f}, batch accuracy to "
        f"{run[-1].accuracy:.2f}"
        for run in behind.runs
    )
    return f" In grey, {behind.name}: {runs}."


def _series(steps: Sequence[RunStep], name: str) -> tuple[list[int], list[float]]:
    """Places (from 1) and values of an optional number that only some steps have."""
    numbers = [(place, getattr(step, name, None)) for place, step in enumerate(steps, 1)]
    points = [(place, value) for place, value in numbers if value is not None]
    return [place for place, _ in points], [value for _, value in points]

"""The runs of a training panel that have ended, as a small table under its picture."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labkit.course.widgets.training_curves import RunStep, last_validation

LAST = 10
"""Steps at the end of a run whose mean loss is shown: one batch alone jumps too much."""
HEIGHT = 130
"""Of the place for the table, in pixels: four runs."""


@dataclass(frozen=True)
class EndedRun:
    """A run that has gone to its end or was stopped."""

    values: Mapping[str, object]
    """What the controls said when it started."""
    steps: Sequence[RunStep]


def names(runs: Sequence[EndedRun], now: Mapping[str, object]) -> list[str]:
    """What each run is called in a legend: "kd 0.9", the values in which not all runs are alike.

    now: the values of the run that trains, or was the last; it has a name of its own
    """
    every = [*(run.values for run in runs), now]
    telling = [name for name in now if len({shown(values[name]) for values in every}) > 1]
    return [
        ", ".join(f"{name} {shown(run.values[name])}" for name in telling) or "the same values"
        for run in runs
    ]


def shown(value: object) -> str:
    """A control's value for people: 0.5, not 0.500000001."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def as_html(runs: Sequence[EndedRun], loss: str) -> str:
    """One line per run: its values, its steps, its loss and its validation accuracy at the end.

    loss: the name of the loss with its unit, as on the axis
    Where no run has taken a validation accuracy, the table has no place for one.

    All of it lies in a place of fixed height that scrolls, so that the page below does not move.
    """
    if not runs:
        return "<p>No run has ended yet. This will be their table.</p>"
    judged = any(last_validation(run.steps) is not None for run in runs)
    heads = [*runs[0].values, "steps", f"{loss}, last {LAST} steps"]
    heads += ["validation accuracy"] if judged else []
    top = "".join(f'<th scope="col">{html.escape(head)}</th>' for head in heads)
    lines = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in _cells(run, judged)) + "</tr>"
        for run in runs
    )
    caption = "<caption>Runs of this panel</caption>"
    apart = 'style="border-spacing:1em 0"'
    body = f"<thead><tr>{top}</tr></thead><tbody>{lines}</tbody>"
    table = f"<table {apart}>{caption}{body}</table>"
    look = f'style="max-height:{HEIGHT}px;overflow:auto"'
    return f'<div {look} role="region" aria-label="runs of this panel" tabindex="0">{table}</div>'


def _cells(run: EndedRun, judged: bool) -> list[str]:
    done, total = len(run.steps), run.steps[0].total
    steps = str(done) if done == total else f"{done} of {total}, stopped"
    some = [step.loss for step in run.steps[-LAST:]]
    held = last_validation(run.steps)
    end = "none taken" if held is None else f"{held:.3f}"
    cells = [*map(shown, run.values.values()), steps, f"{sum(some) / len(some):.3f}"]
    return [*cells, end] if judged else cells

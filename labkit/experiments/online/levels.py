"""Where anything can be decided: a teacher no better than one answer has nothing to give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from labkit.data.loading import study
from labkit.evaluation.glue import checkpoint_score, task_of
from labkit.evaluation.verdict import interval
from labkit.experiments.online.material import chosen_rows
from labkit.experiments.online.pictures import write
from labkit.experiments.online.plan import OnlineRun
from labkit.experiments.result import Result
from labkit.experiments.results import rounded, write_csv
from labkit.plots import looks
from labkit.plots.picture import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME = "kdfd_levels"
WORTH = 0.05
"""How far above the floor a teacher has to be: a student keeps a part of that at best."""
YES, NO = "can be decided here", "cannot be decided here"


@dataclass(frozen=True)
class Level:
    """A teacher of labels alone on one set, beside one answer for all texts."""

    dataset: str
    teacher: str
    """Upper layers that learn, and train rows."""
    metric: str
    floor: float
    """The metric of the most frequent class of the train rows for every text; 0 for a
    correlation."""
    score: float
    low: float
    high: float
    """The 95 % interval over seeds; the rows are the same, so it leaves their chance out."""
    test_rows: int
    half_width: float
    """Half the 95 % interval of an accuracy of so many rows, beside which a gap is to be seen."""
    seeds: int
    word: str


def write_levels(folder: Path, runs: Sequence[Result[OnlineRun]], about: Mapping[str, str]) -> None:
    """Write the teachers' levels and their picture."""
    levels = [level_of(own) for own in _by_set(runs)]
    names = list(vars(levels[0]))
    rows = [[rounded(getattr(level, name)) for name in names] for level in levels]
    told = {level.dataset: sentence(level) for level in levels}
    write_csv(folder / f"{NAME}.csv", {**about, **told}, names, rows)
    write(picture(levels).figure, folder / f"{NAME}.png")


def _by_set(runs: Sequence[Result[OnlineRun]]) -> list[list[Result[OnlineRun]]]:
    found: dict[tuple[object, ...], list[Result[OnlineRun]]] = {}
    for run in runs:
        one = run.config
        found.setdefault((one.dataset, one.train_rows, one.epochs, one.top), []).append(run)
    return list(found.values())


def level_of(runs: Sequence[Result[OnlineRun]]) -> Level:
    """The level of the teachers of runs of one set and one size."""
    one = runs[0].config
    task, (floor, rows) = task_of(one.dataset), _floor(one.dataset, one.train_rows, one.test_rows)
    spread = interval([float(run.outcome["teacher"]["score"]) for run in runs])
    half = 1.96 * (max(floor * (1 - floor), 1e-9) / rows) ** 0.5 if floor else 1.96 / rows**0.5
    seen = spread.mean - half - floor > WORTH and not spread.low <= floor + WORTH
    teacher = f"{one.top} upper layers, {one.epochs} epochs, at most {one.train_rows} rows"
    return Level(
        one.dataset, teacher, task.metrics[0], floor, spread.mean, spread.low, spread.high, rows,
        half, spread.n, YES if seen else NO,
    )  # fmt: skip


@lru_cache(maxsize=8)
def _floor(dataset: str, train_rows: int, test_rows: int) -> tuple[float, int]:
    """What one answer for all texts scores, and how many texts judge."""
    train, test = chosen_rows(study(dataset), train_rows, test_rows)
    task = task_of(dataset)
    if task.regression:
        return 0.0, len(test)
    labels = torch.tensor(list(test["label"]))
    most = torch.bincount(torch.tensor(list(train["label"])), minlength=task.classes).argmax()
    logits = torch.zeros(len(labels), task.classes)
    logits[:, most] = 1.0
    return checkpoint_score(task, logits, labels), len(labels)


def sentence(level: Level) -> str:
    """The level in plain English."""
    return (
        f"{level.word}: {level.metric} {level.score:.3f} of the teacher ({level.teacher}) beside "
        f"{level.floor:.3f} of one answer for all, {level.test_rows} texts, {level.seeds} seeds; "
        f"a gap below {level.half_width + WORTH:.3f} is not taken for knowledge to hand on"
    )


def picture(levels: Sequence[Level]) -> Picture:
    """Teacher and floor of every set, a line each."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.5, 0.45 * len(levels) + 1.1), layout="constrained")
    axes = figure.subplots()
    for place, level in enumerate(reversed(levels)):
        _line(axes, place, level, named=place == 0)
    names = [f"{level.dataset}, {level.metric}" for level in reversed(levels)]
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("test score; grey: one answer for all, with the chance of so many texts")
    axes.legend(frameon=False, fontsize=8, loc="lower right")
    told = "; ".join(f"{level.dataset}: {sentence(level)}" for level in levels)
    return Picture(figure, f"Teachers beside one answer for all. {told}.")


def _line(axes: "Axes", place: int, level: Level, named: bool) -> None:
    teacher, floor = looks.ROLES["teacher"], looks.ROLES["baseline"]
    axes.barh(place, 2 * level.half_width, 0.6, level.floor - level.half_width, color="#dddddd")
    axes.plot(level.floor, place, floor.mark, color=floor.color,
              label="one answer for all" if named else None)  # fmt: skip
    axes.plot(level.score, place, "D", color=teacher.color, label="teacher" if named else None)

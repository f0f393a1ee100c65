"""The file of the variations: a line per variation and per arm that it is compared with.

word  above, below                 after Holm's correction over all lines of the file
      above, below (uncorrected)   the 95 % interval leaves out 0, but not after Holm: chance alone
                                   gives one such line in twenty
      nothing seen, within 1 point   neither, and uncorrected the difference is under a point
      nothing seen                 neither; `smallest` says what would have been seen
      not run                      fewer than three chains of one of the two

None of these words confirms anything: the comparisons were chosen after others had been seen.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from labkit.evaluation.verdict import holm
from labkit.experiments.confirm.beyond.plan import NAME, VARIATIONS, Variation
from labkit.experiments.confirm.cast import WHOLE
from labkit.experiments.confirm.estimates import Answers, Estimate, level, of_set
from labkit.experiments.confirm.files import HEALTH, answers_in
from labkit.experiments.confirm.plan import SETS
from labkit.experiments.results import read_rows, write_csv

COLUMNS = (
    "dataset", "arm", "option", "accuracy", "against", "against_accuracy", "minus", "low", "high",
    "p", "holm", "smallest", "smallest_holm", "word", *HEALTH, "chains", "texts", "what",
)  # fmt: skip
LEVEL = 0.05
POINT = 0.01
"""What the claims call the smallest difference that matters."""
Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Line:
    """One variation beside one arm, on one data set."""

    dataset: str
    variation: Variation
    against: str
    """An arm with its option."""
    ours: Estimate | None
    """The variation minus that arm; None with fewer than three chains."""
    accuracy: float
    """Of the variation, its mean; nan where it was not run."""
    against_accuracy: float
    health: Mapping[str, float]
    """How its discriminator did over the last pass, as means over runs; empty where none played."""
    tests: int = 1
    """Lines of the whole file, those without runs too."""
    holm: float = math.nan

    @property
    def word(self) -> str:
        """What is seen, see the top of this module."""
        if self.ours is None:
            return "not run"
        side = "above" if self.ours.difference > 0 else "below"
        if self.holm < LEVEL:
            return side
        if self.ours.p() < LEVEL:
            return f"{side} (uncorrected)"
        near = self.ours.p_outside(POINT) < LEVEL
        return "nothing seen, within 1 point" if near else "nothing seen"


def runs_file(folder: Path, dataset: str) -> Path:
    """The file of the runs of a data set, those of the claims among them."""
    return folder / f"{NAME}_{dataset}.csv"


def table_file(folder: Path) -> Path:
    """The file of the comparisons."""
    return folder / f"{NAME}.csv"


def read_runs(folder: Path) -> dict[str, Rows]:
    """Data set -> the lines of its file of runs, of all files in the folder."""
    files = {name: runs_file(folder, name) for name in (*SETS, WHOLE)}
    return {name: read_rows(file) for name, file in files.items() if file.exists()}


def lines_of(runs: Mapping[str, Rows]) -> list[Line]:
    """All comparisons, Holm's correction over all of them; runs: as `read_runs` gives them."""
    found = [
        _line(name, variation, against, answers, rows)
        for name, rows in runs.items()
        for answers in [answers_in(rows)]
        for variation in VARIATIONS
        for against in variation.against
    ]
    corrected = holm([one.ours.p() if one.ours else math.nan for one in found])
    return [replace(one, holm=p, tests=len(found)) for one, p in zip(found, corrected, strict=True)]


def table_rows(runs: Mapping[str, Rows]) -> list[dict[str, str]]:
    """The lines of the file, column -> text."""
    return [_cells(one) for one in lines_of(runs)]


def write_table(path: Path, runs: Mapping[str, Rows], head: Mapping[str, str]) -> None:
    """Write the file of the comparisons."""
    write_csv(path, head, COLUMNS, [list(row.values()) for row in table_rows(runs)])


def _line(dataset: str, variation: Variation, against: str, answers: Answers, rows: Rows) -> Line:
    ours = of_set(answers, [variation.name], [against])
    mine, theirs = (
        level(answers, [arm]) if arm in answers else math.nan for arm in (variation.name, against)
    )
    own = [row for row in rows if (row["arm"], row["option"]) == (variation.arm, variation.option)]
    health = {
        name: fmean(float(row[name]) for row in own if row[name])
        for name in HEALTH
        if any(row[name] for row in own)
    }
    return Line(dataset, variation, against, ours, mine, theirs, health)


def _cells(one: Line) -> dict[str, str]:
    ours, numbers, counts = one.ours, [""] * 7, ["", ""]
    if ours is not None:
        smallest = (ours.smallest(1), ours.smallest(one.tests))
        shown = (ours.difference, *ours.interval(), ours.p(), one.holm, *smallest)
        numbers, counts = [_number(value) for value in shown], [str(ours.chains), str(ours.texts)]
    health = [_number(one.health.get(name, math.nan)) for name in HEALTH]
    start = [one.dataset, one.variation.arm, one.variation.option, _number(one.accuracy)]
    beside = [one.against, _number(one.against_accuracy)]
    cells = [*start, *beside, *numbers, one.word, *health, *counts, one.variation.what]
    return dict(zip(COLUMNS, cells, strict=True))


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.4f}"

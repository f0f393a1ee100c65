"""What is shipped of the stage-2 grids: accuracies, curves, and the paper's own cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

from labkit import paths
from labkit.evaluation.curves import Point
from labkit.evaluation.verdict import Interval, interval
from labkit.experiments.adversarial import printed_numbers
from labkit.experiments.adversarial.explorer_grid import files
from labkit.experiments.adversarial.plan import GRID_SETS
from labkit.experiments.results import head_of, read_table
from labkit.plots import roles

if TYPE_CHECKING:
    import pandas as pd

Cell = tuple[float, float]
"""(kd, gan), the paper's (alpha, beta)."""
LEVELS = ("teacher", "direct", "labels", "tfidf")
"""Arms that every cell is read beside."""
POINT = ("first", "last", "loss", "accuracy", "validation")
RUN = ("kd", "gan", "seed")
NUMBERS = (*RUN, *POINT)
YOURS = "trec, your rows"


@dataclass(frozen=True)
class Grid:
    """The measured grid of one data set, and what it is read beside."""

    name: str
    """What it is called in a list of data sets."""
    dataset: str
    cells: Mapping[Cell, tuple[float, ...]]
    """Test accuracies in [0, 1], one per seed."""
    levels: Mapping[str, tuple[float, ...]]
    """Test accuracies by the names of the arms in `LEVELS`; those without chance have one."""
    rows_used: str = ""
    """Which rows were used."""
    rows: str = ""
    """Fingerprint of the rows; "" where the file does not say it."""
    printed: Mapping[Cell, float] | None = None
    """The paper's own accuracies, one run per cell; None where it has none."""

    def __post_init__(self) -> None:
        wrong = [cell for cell in self.cells if sum(cell) > 1 + 1e-9]
        if not self.cells or wrong:
            raise ValueError(
                f"{self.name}: got {len(self.cells)} cells, impossible: {wrong or 'none'}; wanted "
                "at least one cell, all with kd + gan of at most 1"
            )

    @cached_property
    def intervals(self) -> dict[Cell, Interval]:
        """(kd, gan) -> mean accuracy and its interval over the seeds."""
        return {cell: interval(values) for cell, values in self.cells.items()}

    @property
    def seeds(self) -> int:
        """The most seeds that a cell has."""
        return max(len(values) for values in self.cells.values())


@dataclass(frozen=True)
class ShippedCurves:
    """The curves of the runs of one grid."""

    dataset: str
    rows: str
    """Fingerprint of the rows: a run on other rows cannot be compared."""
    curves: Mapping[Cell, Mapping[int, tuple[Point, ...]]]
    """(kd, gan) -> seed -> the points of its run."""
    accuracies: Mapping[Cell, Mapping[int, float]]
    """(kd, gan) -> seed -> test accuracy, in [0, 1]."""


def shipped_grids(folder: Path | None = None) -> dict[str, Grid]:
    """The grids that lie in data/results/adversarial, by the name that a list shows.

    The first is TREC as the course itself has it, where `labkit explorer trec` was run; then
    come the tables 6 to 10 of `labkit reproduce`.
    """
    into = paths.results("adversarial") if folder is None else folder
    paper = {dataset: table for table, dataset in GRID_SETS.items()}
    found = [(YOURS, "trec", files("trec", into)[0])]
    found += [(dataset, dataset, into / f"{table}.csv") for table, dataset in GRID_SETS.items()]
    return {
        name: read_grid(path, dataset, name, printed_cells(paper[dataset]))
        for name, dataset, path in found
        if path.exists()
    }


def read_grid(
    path: Path, dataset: str, name: str = "", printed: Mapping[Cell, float] | None = None
) -> Grid:
    """The grid of a file of results such as data/results/adversarial/table8.csv."""
    table = read_table(path, NUMBERS)
    table = table[(table["dataset"] == dataset) & (table["option"] == "")]
    cells = table[table["arm"] == "stage_two"].groupby(["kd", "gan"], sort=False)["accuracy"]
    accuracies = cells.agg(tuple)
    levels = table.groupby("arm")["accuracy"].agg(tuple)
    head = head_of(path)
    return Grid(
        name or dataset,
        dataset,
        dict(zip(accuracies.index.tolist(), accuracies.tolist(), strict=True)),
        {roles.arm(level).name: levels[level] for level in LEVELS if level in levels},
        head.get(f"data {dataset}", ""),
        head.get(f"rows {dataset}", ""),
        printed,
    )


def printed_cells(table: str) -> dict[Cell, float]:
    """The paper's own cells of a grid, (kd, gan) -> accuracy in [0, 1]."""
    return {
        (one.kd, one.gan): one.accuracy
        for one in printed_numbers.printed(table)
        if one.arm == "stage_two" and one.kd is not None and one.gan is not None
    }


def shipped_curves(dataset: str = "trec", folder: Path | None = None) -> ShippedCurves | None:
    """The curves in data/results/adversarial; None where `labkit explorer` has made none."""
    table, curves = files(dataset, folder)
    if not (table.exists() and curves.exists()):
        return None
    return ShippedCurves(
        dataset,
        head_of(curves).get(f"rows {dataset}", ""),
        _points_by_run(read_table(curves, NUMBERS)),
        _accuracies_by_run(read_table(table, NUMBERS)),
    )


def _points_by_run(table: "pd.DataFrame") -> dict[Cell, dict[int, tuple[Point, ...]]]:
    found: dict[Cell, dict[int, tuple[Point, ...]]] = {}
    for _, run in table.groupby(["kd", "gan", "seed"], sort=False):
        kd, gan, seed = (run[name].tolist()[0] for name in RUN)
        columns = zip(*(run[name].tolist() for name in POINT), strict=True)
        found.setdefault((kd, gan), {})[int(seed)] = tuple(
            Point(int(first), int(last), loss, accuracy, None if isnan(checked) else checked)
            for first, last, loss, accuracy, checked in columns
        )
    return found


def _accuracies_by_run(table: "pd.DataFrame") -> dict[Cell, dict[int, float]]:
    cells = table[(table["arm"] == "stage_two") & (table["option"] == "")]
    columns: list[list[float]] = [cells[name].tolist() for name in (*RUN, "accuracy")]
    found: dict[Cell, dict[int, float]] = {}
    for kd, gan, seed, accuracy in zip(*columns, strict=True):
        found.setdefault((kd, gan), {})[int(seed)] = accuracy
    return found

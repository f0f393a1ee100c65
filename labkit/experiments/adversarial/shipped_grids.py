"""What is shipped of the stage-2 grids: accuracies, curves, and the paper's own cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from labkit import paths
from labkit.evaluation.curves import Point
from labkit.evaluation.verdict import Interval, interval
from labkit.experiments.adversarial import printed_numbers as paper_numbers
from labkit.experiments.adversarial.explorer_grid import files
from labkit.experiments.adversarial.plan import GRID_SETS
from labkit.experiments.results import read_rows
from labkit.plots import roles

Cell = tuple[float, float]
"""(kd, gan), the paper's (alpha, beta)."""
LEVELS = ("teacher", "direct", "labels", "tfidf")
"""Arms that every cell is read beside."""
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
    told: str = ""
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
    cells: dict[Cell, list[float]] = {}
    levels: dict[str, list[float]] = {}
    for row in read_rows(path):
        if row["dataset"] != dataset or row["option"]:
            continue
        if row["arm"] == "stage_two":
            cell = (float(row["kd"]), float(row["gan"]))
            cells.setdefault(cell, []).append(float(row["accuracy"]))
        elif row["arm"] in LEVELS:
            levels.setdefault(row["arm"], []).append(float(row["accuracy"]))
    head = _head(path)
    return Grid(
        name or dataset,
        dataset,
        {cell: tuple(values) for cell, values in cells.items()},
        {roles.arm(level).name: tuple(levels[level]) for level in LEVELS if level in levels},
        head.get(f"data {dataset}", ""),
        head.get(f"rows {dataset}", ""),
        printed,
    )


def printed_cells(table: str) -> dict[Cell, float]:
    """The paper's own cells of a grid, (kd, gan) -> accuracy in [0, 1]."""
    return {
        (one.kd, one.gan): one.accuracy
        for one in paper_numbers.printed(table)
        if one.arm == "stage_two" and one.kd is not None and one.gan is not None
    }


def shipped_curves(dataset: str = "trec", folder: Path | None = None) -> ShippedCurves | None:
    """The curves in data/results/adversarial; None where `labkit explorer` has made none."""
    table, curves = files(dataset, folder)
    if not (table.exists() and curves.exists()):
        return None
    points: dict[Cell, dict[int, list[Point]]] = {}
    for row in read_rows(curves):
        held = float(row["validation"]) if row["validation"] else None
        point = Point(
            int(row["first"]), int(row["last"]), float(row["loss"]), float(row["accuracy"]), held
        )
        of_cell = points.setdefault((float(row["kd"]), float(row["gan"])), {})
        of_cell.setdefault(int(row["seed"]), []).append(point)
    accuracies: dict[Cell, dict[int, float]] = {}
    for row in read_rows(table):
        if row["arm"] == "stage_two" and not row["option"]:
            cell = (float(row["kd"]), float(row["gan"]))
            accuracies.setdefault(cell, {})[int(row["seed"])] = float(row["accuracy"])
    kept = {cell: {s: tuple(run) for s, run in seeds.items()} for cell, seeds in points.items()}
    return ShippedCurves(dataset, _head(curves).get(f"rows {dataset}", ""), kept, accuracies)


def _head(path: Path) -> dict[str, str]:
    """The comment lines of a file of results, what -> what it says."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("# "):
            break
        what, _, says = line[2:].partition(": ")
        found[what] = says
    return found

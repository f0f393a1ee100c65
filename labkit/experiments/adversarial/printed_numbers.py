"""The numbers that the Adversarial Distillation paper prints, table by table, as it prints them."""

import csv
from dataclasses import dataclass
from pathlib import Path

from labkit import paths


@dataclass(frozen=True)
class Printed:
    """One accuracy of the paper."""

    dataset: str
    arm: str
    """What was trained, in the words of labkit's own results."""
    kd: float | None
    """Weight of the soft loss; None where the table has none."""
    gan: float | None
    """Weight of the adversarial loss."""
    ce: float | None
    """Weight of the labels."""
    accuracy: float
    """Share of the test texts, in [0, 1]."""


def folder() -> Path:
    """Where the paper's tables lie, one CSV each."""
    return paths.root() / "data" / "paper" / "adversarial"


def rows(table: str) -> list[dict[str, str]]:
    """The lines of one table as they are written, column name -> text.

    table: such as "table6", or "printed_gains" for the averages that the paper states
    errors: ValueError for a table that the paper does not have
    """
    file = folder() / f"{table}.csv"
    if not file.exists():
        known = ", ".join(sorted(path.stem for path in folder().glob("*.csv")))
        raise ValueError(f"no table {table!r} of the paper here; there are {known}")
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def source(table: str) -> str:
    """Where the numbers of a table come from, in one line."""
    rows(table)
    first = (folder() / f"{table}.csv").read_text(encoding="utf-8").splitlines()[0]
    return first.removeprefix("# Source: ")


def printed(table: str) -> list[Printed]:
    """The accuracies of one table, in [0, 1]; Tables 1 and 3 have none."""
    found = rows(table)
    if not found or "accuracy" not in found[0]:
        raise ValueError(f"{table} prints no accuracies; read it with rows({table!r})")
    return [
        Printed(
            row["dataset"],
            row["arm"],
            _weight(row["kd"]),
            _weight(row["gan"]),
            _weight(row["ce"]),
            round(float(row["accuracy"]) / 100, 6),
        )
        for row in found
    ]


def _weight(text: str) -> float | None:
    return float(text) if text else None


def accuracy(table: str, dataset: str, arm: str) -> float:
    """The accuracy of an arm that the table prints once for a data set, in [0, 1]."""
    found = [one.accuracy for one in printed(table) if (one.dataset, one.arm) == (dataset, arm)]
    if len(found) != 1:
        raise ValueError(f"{table} has {len(found)} cells of {arm} on {dataset}, wanted one")
    return found[0]


def mean_accuracy(table: str, dataset: str, arm: str, gan: float | None = None) -> float:
    """The mean over the cells of an arm, recomputed from the table, in [0, 1]."""
    found = [
        one.accuracy
        for one in printed(table)
        if (one.dataset, one.arm) == (dataset, arm) and gan in (None, one.gan)
    ]
    if not found:
        raise ValueError(f"{table} has no cell of {arm} on {dataset}")
    return sum(found) / len(found)


def best(table: str, dataset: str, arm: str) -> Printed:
    """The highest cell of an arm."""
    found = [one for one in printed(table) if (one.dataset, one.arm) == (dataset, arm)]
    if not found:
        raise ValueError(f"{table} has no cell of {arm} on {dataset}")
    return max(found, key=lambda one: one.accuracy)

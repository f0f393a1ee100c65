"""The numbers that the KDFD paper prints, and what they say without any run of our own."""

import csv
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from labkit import paths

TEST_ROWS = {
    ("cola", ""): 1063,
    ("sst2", ""): 1821,
    ("mrpc", ""): 1725,
    ("stsb", ""): 1379,
    ("qqp", ""): 390965,
    ("mnli", "matched"): 9796,
    ("mnli", "mismatched"): 9847,
    ("qnli", ""): 5463,
    ("rte", ""): 3000,
}
"""Texts or pairs in GLUE's test sets (Wang et al. 2018, arXiv:1804.07461, table 1)."""


@dataclass(frozen=True)
class Printed:
    """One number of the paper."""

    method: str
    task: str
    test: str
    """"matched" or "mismatched" for MNLI, else empty."""
    metric: str
    value: float
    """In percent, as printed."""


@dataclass(frozen=True)
class Gap:
    """How two rows of the paper's tables differ on the numbers that both have."""

    mean: float
    """Points, first minus second."""
    up: int
    """On how many numbers the first is larger."""
    numbers: int


def folder() -> Path:
    """Where the paper's tables lie, one CSV each."""
    return paths.root() / "data" / "paper" / "online"


def rows(table: str) -> list[dict[str, str]]:
    """The lines of one table as they are written, column name -> text.

    table: "table1" to "table3", "figures" or "settings"
    errors: ValueError for a table that the paper does not have
    """
    file = folder() / f"{table}.csv"
    if not file.exists():
        known = ", ".join(sorted(path.stem for path in folder().glob("*.csv")))
        raise ValueError(f"no table {table!r} of the paper here; there are {known}")
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def printed(table: str, method: str) -> list[Printed]:
    """The numbers of one row of a table; a dash of the paper is left out.

    errors: ValueError for a table or a method that is not there
    """
    every = rows(table)
    of_method = [row for row in every if row.get("method") == method]
    if not of_method:
        known = ", ".join(dict.fromkeys(row.get("method", "") for row in every))
        raise ValueError(f"{table} has no method {method!r}; there are {known}")
    return [
        Printed(method, row["task"], row["test"], row["metric"], float(row["value"]))
        for row in of_method
        if row["value"]
    ]


def gap(first: tuple[str, str], second: tuple[str, str], without: Collection[str] = ()) -> Gap:
    """Mean difference of two rows over the numbers that both have.

    first, second: (table, method), such as ("table3", "kdfd"); without: tasks to leave out
    errors: ValueError when no number is left

    Trap: a mean over MCC, F1, accuracy and correlations has no unit of its own, and one task with
    a large gap can carry it: look at it without CoLA too.
    """
    ours, theirs = _by_cell(*first), _by_cell(*second)
    shared = [cell for cell in ours if cell in theirs and cell[0] not in without]
    if not shared:
        raise ValueError(f"{first} and {second} have no number in common without {list(without)}")
    differences = [ours[cell] - theirs[cell] for cell in shared]
    return Gap(sum(differences) / len(shared), sum(d > 0 for d in differences), len(shared))


def half_width(number: Printed) -> float | None:
    """Half the 95 % interval of an accuracy from the size of its test set alone, in points.

    None for other metrics. It leaves out what seeds add, so the true interval is wider.
    """
    if number.metric != "accuracy":
        return None
    share = number.value / 100
    return 196 * math.sqrt(share * (1 - share) / TEST_ROWS[number.task, number.test])


def settings(name: str, read: Callable[[str], float] = float) -> tuple[float, ...]:
    """The values of one setting of the paper, such as "temperature"; several are its grid."""
    found = tuple(read(row["value"]) for row in rows("settings") if row["setting"] == name)
    if not found:
        known = ", ".join(dict.fromkeys(row["setting"] for row in rows("settings")))
        raise ValueError(f"the paper has no setting {name!r} here; there are {known}")
    return found


def _by_cell(table: str, method: str) -> dict[tuple[str, str, str], float]:
    return {(n.task, n.test, n.metric): n.value for n in printed(table, method)}

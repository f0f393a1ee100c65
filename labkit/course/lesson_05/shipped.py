"""The shipped runs of KDFD: verdict lines as a table, arms and sweeps as intervals over seeds."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labkit import paths
from labkit.evaluation.verdict import Interval, interval
from labkit.experiments.online.claims import DOES_NOT, HOLDS, OPEN
from labkit.experiments.results import read_rows
from labkit.plots import wide_table

if TYPE_CHECKING:
    from pandas import DataFrame

TABLES = ("kdfd_table1", "kdfd_table2", "kdfd_table3", "kdfd_bottlenecks", "kdfd_places")
USUAL = {"latent": 64.0, "weight": 0.005, "beta": 1.0}
"""The settings of every run that is not part of a sweep."""
KEY_CLAIMS = (
    "KDFD beats vanilla distillation",
    "distillation beats labels",
    "online beats the frozen teacher",
    "online beats ten times the steps offline",
    "the teacher's listening helps the student",
    "the VAE adds to its linear control",
    "the VAE helps the teacher that it sits on",
    "the VAE calibrates its teacher",
    "the VAE calibrates the student",
)
"""The lines that the lesson shows first."""
WORDS = (HOLDS, DOES_NOT, OPEN)
VALUES = ("paper", "ours", "low", "high", "smallest")


def verdict_lines(*tables: str, folder: Path | None = None) -> list[dict[str, str]]:
    """The verdict lines of these tables, column name -> text; of a table not there none.

    folder: None is data/results/online
    """
    found = []
    for table in tables or TABLES:
        path = _folder(folder) / f"{table}_verdicts.csv"
        found += read_rows(path) if path.exists() else []
    return found


def missing(*tables: str, folder: Path | None = None) -> str:
    """One sentence that names the files that are not here, and how to make them; "" if none."""
    absent = [table for table in tables if not (_folder(folder) / f"{table}.csv").exists()]
    if not absent:
        return ""
    return f"not here yet: {', '.join(absent)} (`labkit reproduce {' '.join(absent)}` makes them)"


def counted(lines: Sequence[Mapping[str, str]]) -> str:
    """How often each word was given, in one sentence."""
    words = [line["word"] for line in lines]
    return f"{len(words)} lines: " + ", ".join(f"{words.count(word)} {word}" for word in WORDS)


def as_frame(lines: Sequence[Mapping[str, str]]) -> "DataFrame":
    """Verdict lines as a table; differences of scores in points, of nll in nats."""
    import pandas as pd

    columns = ["word", "data set", "student", "claim", "measured", "ours", "95 % interval",
               "paper", "seen from", "seeds"]  # fmt: skip
    return pd.DataFrame([_cells(line) for line in lines], columns=columns)


def as_html(lines: Sequence[Mapping[str, str]]) -> str:
    """Verdict lines as an HTML table that shows each of them whole and scrolls sideways."""
    if not lines:
        return "<p>no lines to show</p>"
    return wide_table.as_html(as_frame(lines), "verdict lines of KDFD", index=False)


def arms(
    table: str,
    dataset: str,
    student: str = "bag",
    column: str = "student_score",
    folder: Path | None = None,
) -> dict[str, Interval]:
    """Each arm's mean over seeds with its interval, in the order of the file.

    column: such as "student_score", "teacher_nll" or "cpu_seconds"; runs of a sweep are left out
    """
    rows = _rows(table, dataset, student, folder)
    usual = [row for row in rows if all(float(row[name]) == v for name, v in USUAL.items())]
    return _intervals(usual, "arm", column)


def sweep(
    over: str,
    dataset: str,
    student: str = "bag",
    column: str = "student_score",
    folder: Path | None = None,
) -> dict[float, Interval]:
    """The VAE's runs of Figure 5 over one setting, the others at their usual values.

    over: "latent", "weight" or "beta"
    """
    others = {name: value for name, value in USUAL.items() if name != over}
    rows = [
        row
        for row in _rows("kdfd_figure5", dataset, student, folder)
        if all(float(row[name]) == value for name, value in others.items())
    ]
    found = _intervals(rows, over, column)
    return {float(value): found[value] for value in sorted(found, key=float)}


def _intervals(rows: Sequence[Mapping[str, str]], key: str, column: str) -> dict[str, Interval]:
    values: dict[str, dict[str, float]] = {}
    for row in rows:
        if row[column]:
            values.setdefault(row[key], {})[row["seed"]] = float(row[column])
    return {name: interval(list(by_seed.values())) for name, by_seed in values.items()}


def _rows(table: str, dataset: str, student: str, folder: Path | None) -> list[dict[str, str]]:
    path = _folder(folder) / f"{table}.csv"
    rows = read_rows(path) if path.exists() else []
    return [row for row in rows if (row["dataset"], row["student"]) == (dataset, student)]


def _folder(folder: Path | None) -> Path:
    return paths.results("online") if folder is None else folder


def _cells(line: Mapping[str, str]) -> list[str]:
    of_score = line["measured"].endswith("score")
    paper, ours, low, high, smallest = (_number(line[name], of_score) for name in VALUES)
    span = f"{low} to {high}" if low else ""
    where = [line["dataset"], line["student"].replace("_", " ")]
    about = [line["said"], line["measured"]]
    return [line["word"], *where, *about, ours, span, paper, smallest.lstrip("+"), line["seeds"]]


def _number(text: str, of_score: bool) -> str:
    """A share as points with one digit, or nats with three; "" stays empty."""
    if not text:
        return ""
    return f"{100 * float(text):+.1f}" if of_score else f"{float(text):+.3f}"

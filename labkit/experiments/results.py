"""Finished runs as a table: found by what was asked for, written with how they were made."""

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labkit.experiments.sweep import Result
from labkit.experiments.trial import Trial, unpack
from labkit.files import write_text

COLUMNS = (
    "dataset",
    "arm",
    "option",
    "kd",
    "gan",
    "ce",
    "seed",
    "accuracy",
    "macro_f1",
    "validation",
    "seconds",
    "cpu_seconds",
    "discriminator_accuracy",
    "discriminator_loss",
    "gradient_norm",
    "collapsed",
)
NO_WEIGHTS = ("tfidf", "teacher", "assistant", "stage_one", "labels", "direct", "chained")
LARGEST_FILE = 200_000
"""Bytes a file of results may have: it is kept beside the code."""


@dataclass(frozen=True)
class Run:
    """One finished trial."""

    trial: Trial
    accuracy: float
    macro_f1: float
    validation: float
    """Validation accuracy of the checkpoint, in [0, 1]; nan where none was chosen."""
    seconds: float
    """By the clock, of the whole run; near 0 where the training was kept from before."""
    cpu_seconds: float
    """Of the processor, of the training, also where it was kept."""
    correct: NDArray[np.bool_] = field(repr=False, compare=False)
    """(test rows,): which texts it got right."""
    notes: Mapping[str, float] = field(default_factory=dict, compare=False)
    versions: str = ""

    @classmethod
    def of(cls, result: Result) -> "Run":
        """The run of one line of a sweep file."""
        out = result.outcome
        held = out["validation"]
        return cls(
            Trial(**result.config),
            out["accuracy"],
            out["macro_f1"],
            math.nan if held is None else held,
            out["seconds"],
            out["cpu_seconds"],
            unpack(out["correct"], out["tests"]),
            out["notes"],
            out["versions"],
        )

    def cells(self) -> list[str]:
        """The values of `COLUMNS`, as text; what an arm does not have is empty."""
        t = self.trial
        weights = [""] * 3 if t.arm in NO_WEIGHTS else [f"{w:g}" for w in (t.kd, t.gan, t.ce)]
        held = "" if math.isnan(self.validation) else f"{self.validation:.4f}"
        notes = [f"{self.notes[name]:g}" if name in self.notes else "" for name in COLUMNS[12:]]
        numbers = [f"{self.accuracy:.4f}", f"{self.macro_f1:.4f}", held]
        numbers += [f"{self.seconds:.1f}", f"{self.cpu_seconds:.1f}"]
        return [t.dataset, t.arm, t.option, *weights, str(t.seed), *numbers, *notes]


def chosen(
    runs: Iterable[Run],
    dataset: str,
    arm: str,
    kd: float | None = None,
    gan: float | None = None,
    option: str | None = None,
) -> list[Run]:
    """The runs of an arm in the order of their seeds; None takes any value."""
    found = [
        run
        for run in runs
        if (run.trial.dataset, run.trial.arm) == (dataset, arm)
        and (kd is None or math.isclose(run.trial.kd, kd, abs_tol=1e-9))
        and (gan is None or math.isclose(run.trial.gan, gan, abs_tol=1e-9))
        and option in (None, run.trial.option)
    ]
    return sorted(found, key=lambda run: run.trial.seed)


def correctness(runs: Sequence[Run]) -> NDArray[np.bool_]:
    """Right or wrong, (seeds, test rows), for `verdict.compare`."""
    return np.stack([run.correct for run in runs])


def by_seed(runs: Iterable[Run]) -> dict[int, float]:
    """Mean accuracy of each seed over all these runs, such as the cells of a grid."""
    found: dict[int, list[float]] = {}
    for run in runs:
        found.setdefault(run.trial.seed, []).append(run.accuracy)
    return {seed: sum(values) / len(values) for seed, values in sorted(found.items())}


def best_on_validation(runs: Iterable[Run]) -> list[Run]:
    """The runs of the cell with the highest mean validation accuracy; the test has no say.

    A cell is one arm, option and pair of weights; of equal ones the first counts.
    """
    cells: dict[tuple[str, str, float, float], list[Run]] = {}
    for run in runs:
        t = run.trial
        cells.setdefault((t.arm, t.option, t.kd, t.gan), []).append(run)
    if not cells:
        raise ValueError("got no runs to choose from")
    best = max(cells.values(), key=lambda of_cell: np.mean([run.validation for run in of_cell]))
    return sorted(best, key=lambda run: run.trial.seed)


def write_runs(path: Path, runs: Iterable[Run], told: Mapping[str, str]) -> None:
    """Write the runs as CSV under comment lines that say how they were made.

    told: what -> one line, such as "command" -> "labkit reproduce table6"
    errors: ValueError when the file would be larger than a file of results may be
    """
    rows = [run.cells() for run in runs]
    text = comments(told) + table_text(COLUMNS, rows)
    if len(text) > LARGEST_FILE:
        raise ValueError(f"{path.name} would have {len(text)} bytes, wanted under {LARGEST_FILE}")
    write_text(path, text)


def comments(told: Mapping[str, str]) -> str:
    """Comment lines, one a fact, without line breaks inside."""
    return "".join(f"# {what}: {' '.join(line.split())}\n" for what, line in told.items())


def table_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A head line and a line a row, as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def read_rows(path: Path) -> list[dict[str, str]]:
    """The lines of a file of results, column name -> text, without its comments."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))

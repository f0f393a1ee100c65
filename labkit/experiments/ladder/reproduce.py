"""A ladder as a table and as a file: one line per run, under lines that say how it was made."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.data import Study
from labkit.evaluation.verdict import interval
from labkit.experiments.experiment import head
from labkit.experiments.ladder.claims import by_arm, notes, verdict_lines
from labkit.experiments.ladder.climb import Rung
from labkit.experiments.results import write_csv

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("dataset", "arm", "seed", "accuracy", "macro_f1", "seconds")
DIFFERS = (
    "the student on copies differs from the one of labels only in copies, loss and batch size, and "
    "from plain KD in the same three, not in one of them; hard and soft labels on copies differ in "
    "the loss alone"
)


def record(rung: Rung) -> dict[str, float | int | str]:
    """A rung as plain values for a file."""
    values: dict[str, float | int | str] = {
        "arm": rung.config.arm,
        "seed": rung.config.seed,
        "accuracy": rung.accuracy,
    }
    return values | {"macro_f1": rung.macro_f1, "seconds": rung.outcome["seconds"]}


def table(rungs: Sequence[Rung]) -> "pd.DataFrame":
    """One row per arm: mean accuracy, its 95 % interval over seeds, macro-F1, seconds, a note."""
    import pandas as pd

    given = pd.DataFrame([record(rung) for rung in rungs])
    means = given.groupby("arm", sort=False)[["accuracy", "macro_f1", "seconds"]].mean()
    spreads = {arm: interval([one.accuracy for one in own]) for arm, own in by_arm(rungs).items()}
    shown = means.rename(columns={"macro_f1": "macro-F1"})
    shown.insert(1, "low", [spreads[arm].low for arm in shown.index])
    shown.insert(2, "high", [spreads[arm].high for arm in shown.index])
    shown["seeds"] = [spreads[arm].n for arm in shown.index]
    shown = shown.round(4)
    if any(said := notes(rungs).values()):
        shown["note"] = list(said)
    shown.index.name = None
    return shown


def write(path: Path, part: Study, rungs: Sequence[Rung], command: str) -> None:
    """Write the rungs as CSV under lines with command, data, versions and verdicts.

    Read it back with `results.read_table`, or with `pandas.read_csv(path, comment="#")`.
    """
    about = head(f"The ladder on {part.name}", command, 0, rungs)
    about |= {"data": part.source, "what differs": DIFFERS}
    lines = verdict_lines(rungs)
    about |= {f"verdict {number}": line for number, line in enumerate(lines, start=1)}
    rows = [{"dataset": part.name, **record(rung)} for rung in rungs]
    write_csv(path, about, COLUMNS, [[_rounded(row[name]) for name in COLUMNS] for row in rows])


def _rounded(value: float | int | str) -> float | int | str:
    return round(value, 6) if isinstance(value, float) else value

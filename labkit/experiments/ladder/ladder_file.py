"""A ladder as a file: one line a run, under comment lines that say how it was made."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from labkit.experiments.ladder.climb import Rung, gains
from labkit.files import write_text
from labkit.training.run_folder import versions

COLUMNS = ("dataset", "arm", "seed", "accuracy", "macro_f1", "seconds")


def write(path: Path, dataset: str, source: str, command: str, rungs: Sequence[Rung]) -> None:
    """Write the rungs as CSV; lines that begin with # hold command, data, versions and verdict.

    Read it back with `pandas.read_csv(path, comment="#")`.
    """
    rows = io.StringIO()
    table = csv.DictWriter(rows, COLUMNS, lineterminator="\n")
    table.writeheader()
    for rung in rungs:
        record = {key: _rounded(value) for key, value in rung.record().items()}
        table.writerow({"dataset": dataset, **record})
    head = "".join(f"# {line}\n" for line in _head(source, command, rungs))
    write_text(path, head + rows.getvalue())


def _head(source: str, command: str, rungs: Sequence[Rung]) -> list[str]:
    used = ", ".join(f"{name} {number}" for name, number in versions().items())
    lines = [f"made by: {command}", f"data: {source}", f"versions: {used}"]
    return lines + [f"verdict: {verdict.sentence}" for verdict in gains(rungs)]


def _rounded(value: float | int | str) -> float | int | str:
    return round(value, 6) if isinstance(value, float) else value

"""Runs that a cluster is given: each leaves a mark, and some go wrong."""

import os
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """One run of a made-up grid."""

    number: int
    folder: str
    seconds: float = 0.0
    """How long it takes."""
    way: str = "well"
    """`well`; `raises`; or `dies once`: the first process that is at it kills itself."""


def marked(run: Run) -> dict[str, float]:
    """A value that depends on the run alone; a line in the file `begun` says who did it."""
    with (Path(run.folder) / "begun").open("a", encoding="utf-8") as file:
        file.write(f"{run.number} {os.getpid()}\n")
    if run.way == "raises":
        raise FloatingPointError(f"the loss of run {run.number} is nan")
    if run.way == "dies once":
        died = Path(run.folder) / f"died-{run.number}"
        if not died.exists():
            died.touch()
            os._exit(9)
    time.sleep(run.seconds)
    return {"square": float(run.number**2), "third": run.number / 3}


def times_begun(folder: Path) -> dict[int, int]:
    """Number of a run -> how often it was begun."""
    found: dict[int, int] = {}
    for line in (folder / "begun").read_text(encoding="utf-8").splitlines():
        number = int(line.split()[0])
        found[number] = found.get(number, 0) + 1
    return found

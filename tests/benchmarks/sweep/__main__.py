"""`python -m tests.benchmarks.sweep`: what a sweep of 10,000 runs costs beside the runs."""

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labkit import paths
from labkit.experiments.results import write_csv
from labkit.experiments.sweep import sweep
from tests.benchmarks import table

RUNS, ROUNDS = 10_000, 3
COLUMNS = ("work", "runs", "processor_seconds", "seconds")


@dataclass(frozen=True)
class Config:
    """As many letters as the settings of a real run."""

    seed: int
    settings: str = "x" * 300


def nothing(config: Config) -> dict[str, str]:
    """A run that is done at once, with as much to say as a real one."""
    return {"correct": "f" * 500}


def timed(configs: Sequence[Config], file: Path) -> tuple[float, float]:
    """Seconds of the processor and of the clock that a sweep takes."""
    begun, busy = time.perf_counter(), time.process_time()
    assert sum(1 for _ in sweep(nothing, configs, file)) == RUNS
    return time.process_time() - busy, time.perf_counter() - begun


def main() -> None:
    """Do the sweep, then take up what is finished; the best of some rounds of each."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.sweep", description=__doc__)
    parser.add_argument("--file", type=Path, default=paths.results("benchmarks") / "sweep.csv")
    wish = parser.parse_args()
    configs = [Config(seed) for seed in range(RUNS)]
    found: dict[str, list[tuple[float, float]]] = {"runs that do nothing": [], "taken up again": []}
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "runs.jsonl"
            for times in found.values():
                times.append(timed(configs, file))
    lines = [
        (work, RUNS, *(f"{seconds:.2f}" for seconds in min(times))) for work, times in found.items()
    ]
    about = {
        "title": "What a sweep of 10,000 runs costs beside the runs themselves",
        "command": "python -m tests.benchmarks.sweep",
        "machine": table.machine(),
        "seconds": f"of the round, of {ROUNDS}, that took the processor least",
    }
    write_csv(wish.file, about, COLUMNS, lines)
    for line in lines:
        print(*line)


if __name__ == "__main__":
    main()

"""What the commands that train have in common: where files go, and a line for each run."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from labkit.experiments.executors.choice import EXECUTORS

if TYPE_CHECKING:
    from pathlib import Path

    from labkit.experiments.result import Result
    from labkit.experiments.trial import Trial

Run = TypeVar("Run")


def count(text: str) -> int:
    """A whole number from 1 up, as an option of a command."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1 up was wanted, got {text!r}")
    return int(text)


def add_workers(command: argparse.ArgumentParser) -> None:
    """The options that say where runs are computed and how many side by side."""
    command.add_argument(
        "--workers", type=count, default=2, metavar="N", help="runs side by side (2)"
    )
    command.add_argument(
        "--executor",
        choices=EXECUTORS,
        default="local",
        help="where: processes of this machine (local), or slurm, dask, ray",
    )


def with_executor(command: str, options: argparse.Namespace) -> str:
    """The command as files of results name it: also where its runs were computed."""
    local = options.executor == "local"
    return command if local else f"{command} --executor {options.executor}"


def command_line() -> str:
    """The command as it was typed, for the head of a results file."""
    return f"labkit {' '.join(sys.argv[1:])}"


def results_folder(study: str, scale: str = "classroom") -> "Path":
    """Where files of results go: those of a quick trial stay out of the project."""
    from labkit import paths

    return paths.results(study) if scale == "classroom" else paths.cache() / scale / study


def show(
    results: "Iterator[Result[Run]]",
    total: int,
    workers: int,
    said: "Callable[[Result[Run]], str] | None" = None,
) -> None:
    """Print a line for each new run, and at the end what running them side by side has saved.

    said: a run in a line; None takes that of trials
    """
    done, single, begun = 0, 0.0, time.perf_counter()
    for result in results:
        done += 1
        if result.again:
            continue
        single += result.outcome["seconds"]
        line = trial_line(result) if said is None else said(result)  # type: ignore[arg-type]
        print(f"{done}/{total}  {line}", file=sys.stderr, flush=True)
    wall = time.perf_counter() - begun
    print(
        f"{done} of {total} runs are finished; new ones took {single:.0f} s one by one, "
        f"{wall:.0f} s on {workers} processes"
    )


def trial_line(result: "Result[Trial]") -> str:
    """A finished trial in one line: data set, arm, weights, seed, accuracy, seconds."""
    trial = result.config
    return (
        f"{trial.dataset:8} {trial.arm:16} {trial.option:10} kd {trial.kd:.1f} "
        f"gan {trial.gan:.1f} seed {trial.seed}  accuracy {result.accuracy:.3f}  "
        f"{result.outcome['seconds']:6.1f} s"
    )

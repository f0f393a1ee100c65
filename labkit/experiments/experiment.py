"""One way from a plan to files of results: run what is missing, stop, go on, write.

This is where a new study begins. It needs three things:

a configuration   a frozen dataclass of plain values, such as `trial.Trial`: all that sets one run
                  apart, the rows of its data set included
a run function    at the top of a module: configuration -> plain values; `trial.measure` for a
                  classifier
a writer          name of a file, its finished runs -> the file, by `results.write_csv` under the
                  lines of `head`, and its picture

An `Experiment` puts them together, and `perform` does the rest: it runs on several processes,
loses nothing when it is stopped or killed, shares the work with other calls of the same
experiment, and writes each file as soon as its own runs are finished.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Generic

from labkit import paths
from labkit.experiments.executors.choice import ahead, opened
from labkit.experiments.result import Config, Outcome, Result
from labkit.experiments.run_file import RunFile
from labkit.experiments.scales import Scale
from labkit.experiments.sweep import key_of, sweep


def in_one_step(configs: Sequence[Config]) -> Iterable[Sequence[Config]]:
    """For runs that need nothing of each other."""
    return [configs]


@dataclass(frozen=True)
class Experiment(Generic[Config]):
    """The runs of a study, and what becomes of them."""

    run: Callable[[Config], Outcome]
    """Does one run; at the top of a module, so that other processes can find it."""
    file: Path
    """Where finished runs are kept, such as `sweep_file("classroom")`; several tables share it."""
    tables: Mapping[str, Sequence[Config]]
    """Name of a file of results -> its runs, in the order of its lines."""
    write: Callable[[str, Sequence[Result[Config]]], object]
    """Writes one file of results from its finished runs."""
    in_steps: Callable[[Sequence[Config]], Iterable[Sequence[Config]]] = in_one_step
    """Cuts runs into steps, each of which needs results of those before it."""

    @property
    def configs(self) -> list[Config]:
        """All runs, each once."""
        return list(dict.fromkeys(one for configs in self.tables.values() for one in configs))


def perform(
    experiment: Experiment[Config], count: int, executor: str = "local"
) -> Iterator[Result[Config]]:
    """Run all that is not finished, yielding each result once, and write the files.

    count: runs side by side; 0 runs everything in this process
    executor: one of `executors.choice.EXECUTORS`
    A file is written as soon as its own runs are finished, so a stop loses none of it.
    """
    left = {table: {key_of(one) for one in own} for table, own in experiment.tables.items()}
    outcomes: dict[str, Outcome] = {}
    for result in run_only(experiment, count, executor):
        outcomes[result.key] = result.outcome
        yield result
        for table in [name for name, keys in left.items() if result.key in keys]:
            left[table].remove(result.key)
            if not left[table]:
                _write(experiment, table, outcomes)
    for table in [name for name, configs in experiment.tables.items() if not configs]:
        _write(experiment, table, outcomes)


def _write(experiment: Experiment[Config], table: str, outcomes: Mapping[str, Outcome]) -> None:
    experiment.write(table, _results(experiment.tables[table], outcomes))


def run_only(
    experiment: Experiment[Config], count: int, executor: str = "local"
) -> Iterator[Result[Config]]:
    """`perform` without writing any file of results."""
    steps = experiment.in_steps(experiment.configs)
    yield from run_steps(experiment.run, steps, experiment.file, count, executor)


def run_steps(
    run: Callable[[Config], Outcome],
    steps: Iterable[Sequence[Config]],
    file: Path,
    count: int,
    executor: str = "local",
) -> Iterator[Result[Config]]:
    """Run what the file does not hold yet, step by step, `count` side by side; 0 runs here.

    steps: a step is asked for when those before it are done, so it may depend on their results
    """
    runs = RunFile(file)
    with opened(executor, count, file.with_name(f"{file.name}.slurm")) as pool:
        for step in steps:
            yield from sweep(run, step, runs, pool, ahead=ahead(executor, count))


def results_of(configs: Sequence[Config], file: Path) -> list[Result[Config]]:
    """The finished runs of these configurations, in their order.

    errors: ValueError when some are not finished
    """
    return _results(configs, RunFile(file).outcomes())


def _results(configs: Sequence[Config], outcomes: Mapping[str, Outcome]) -> list[Result[Config]]:
    keys = [key_of(config) for config in configs]
    missing = [one for key, one in zip(keys, configs, strict=True) if key not in outcomes]
    if missing:
        raise ValueError(f"{len(missing)} runs are not finished, such as {missing[0]}; run again")
    return [
        Result(key, config, outcomes[key], again=True)
        for key, config in zip(keys, configs, strict=True)
    ]


def sweep_file(name: str) -> Path:
    """Where the finished runs of that name are kept, in the cache."""
    return paths.cache() / "sweeps" / f"{name}.jsonl"


def head(
    title: str,
    command: str,
    count: int,
    results: Sequence[Result[Config]],
    scale: Scale | None = None,
) -> dict[str, str]:
    """The lines that stand above every file of results: how it was made, and with what.

    command: as a reader types it; count: processes, 0 for this one alone
    scale: None where the study has none
    A study adds lines of its own: its data, and what in its method a reader would not expect.
    """
    from labkit.experiments.trial import versions

    seeds = sorted({one.config.seed for one in results})  # type: ignore[attr-defined]
    used = dict.fromkeys(one.outcome["versions"] for one in results)
    lines = {"title": title, "command": command}
    lines["seeds"] = ", ".join(map(str, seeds)) or "none: nothing is trained"
    if scale is not None:
        lines["scale"] = json.dumps(asdict(scale))
    processes = f"{count} processes of one thread" if count else "one process"
    lines["machine"] = f"{os.cpu_count()} cores, {processes}, {sys.platform}"
    lines["versions"] = "; ".join(used) or versions()
    return lines

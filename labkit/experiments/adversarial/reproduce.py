"""From a table's name to its file, its picture and its verdicts; stop and go on at any time."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from labkit import paths
from labkit.experiments.adversarial.arms_without_adversary import MADE_FIRST, run_trial
from labkit.experiments.adversarial.claims import lines_of
from labkit.experiments.adversarial.plan import TABLES, plan, table_named
from labkit.experiments.adversarial.sizes_and_counts import FACTS
from labkit.experiments.claims import Line, write_lines
from labkit.experiments.results import Run, write_runs
from labkit.experiments.scales import scale_named
from labkit.experiments.sweep import Result, finished, key_of, sweep, workers
from labkit.experiments.testbed import bench, rows_told
from labkit.experiments.trial import Trial, versions

Plan = dict[str, list[Trial]]


def planned(
    names: Sequence[str],
    seeds: int | None = None,
    datasets: Sequence[str] = (),
    scale: str = "classroom",
) -> Plan:
    """The runs of each table, on the rows that are here now.

    names:    of `tables.TABLES`, or "all"
    seeds:    of every arm; None takes each table's own number
    datasets: only these; none given takes all
    errors:   ValueError for an unknown name, or data sets that none of the tables uses
    """
    asked = list(TABLES) if "all" in names else list(dict.fromkeys(names))
    scale_named(scale)
    found = {table_named(name).name: plan(name, seeds, datasets) for name in asked}
    if datasets and not any(found.values()):
        raise ValueError(f"none of {', '.join(asked)} uses {', '.join(datasets)}")
    return {
        name: [replace(t, scale=scale, rows=bench(t.dataset, scale).folder.name) for t in trials]
        for name, trials in found.items()
    }


def sweep_file(scale: str) -> Path:
    """Where the finished runs of a scale are kept: all tables share them."""
    return paths.cache() / "sweeps" / f"{scale}.jsonl"


def run_all(trials: Iterable[Trial], count: int, scale: str = "classroom") -> Iterator[Result]:
    """Run what is not finished yet, on `count` processes; 0 runs in this one.

    What others start from comes first: teachers, then assistants, then students of stage 1.
    Within a step the runs of a data set follow each other, so that a process loads it once.
    """
    wanted = list(dict.fromkeys(trials))
    with workers(0 if _all_done(wanted, scale) else count) as pool:
        for step in in_steps(wanted):
            yield from sweep(run_trial, step, sweep_file(scale), pool, ahead=max(2, 2 * count))


def in_steps(trials: Sequence[Trial]) -> list[list[Trial]]:
    """The trials in the order in which they need each other, each step by data set."""
    levels = [arm for arms in MADE_FIRST for arm in arms]
    order = [*dict.fromkeys(t.dataset for t in trials)]
    steps = [[t for t in trials if t.arm == arm] for arm in levels]
    steps.append([t for t in trials if t.arm not in levels])
    return [sorted(step, key=lambda t: order.index(t.dataset)) for step in steps if step]


def _all_done(trials: Sequence[Trial], scale: str) -> bool:
    done = finished(sweep_file(scale))
    return all(key_of(trial) in done for trial in trials)


def write_table(
    name: str, trials: Sequence[Trial], told: Mapping[str, str], scale: str, folder: Path
) -> list[Line]:
    """Write file and picture of a table from its finished runs; gives its verdict lines."""
    if name in FACTS:
        lines = FACTS[name](folder / f"{name}.csv", told, scale_named(scale))
    else:
        from labkit.experiments.adversarial import pictures as figures

        runs = finished_runs(trials, scale)
        facts = {**told, **_rows_of(trials, scale), "versions": _versions(runs)}
        write_runs(folder / f"{name}.csv", runs, facts)
        figures.save(name, runs, folder / f"{name}.png")
        lines = lines_of(name, runs)
    about = {"rule": _RULE, "source": _PAPER}
    write_lines(folder / "verdicts.csv", lines, about, order=list(TABLES))
    return lines


def finished_runs(trials: Sequence[Trial], scale: str = "classroom") -> list[Run]:
    """The finished runs of these trials, in their order.

    errors: ValueError when some are not finished
    """
    done = finished(sweep_file(scale))
    missing = [trial for trial in trials if key_of(trial) not in done]
    if missing:
        raise ValueError(f"{len(missing)} runs are not finished, such as {missing[0]}; run again")
    return [Run.of(done[key_of(trial)]) for trial in trials]


def reproduce(
    asked: Plan, count: int, scale: str = "classroom", folder: Path | None = None, command: str = ""
) -> Iterator[Result]:
    """Run all that the tables need, yielding each result, then write every table.

    A table is written as soon as its own runs are done, so a stop loses none of it.
    """
    into = paths.results("adversarial") if folder is None else folder
    everything = [trial for trials in asked.values() for trial in trials]
    left = {name: {key_of(trial) for trial in trials} for name, trials in asked.items()}
    for result in run_all(everything, count, scale):
        for keys in left.values():
            keys.discard(result.key)
        yield result
        for name in [name for name, keys in left.items() if not keys]:
            _write(name, asked[name], scale, into, command, count)
            del left[name]
    for name in left:
        _write(name, asked[name], scale, into, command, count)


def _write(
    name: str, trials: Sequence[Trial], scale: str, folder: Path, command: str, count: int
) -> None:
    seeds = sorted({trial.seed for trial in trials})
    told = {
        "title": TABLES[name].title,
        "command": command or f"labkit reproduce {name}",
        "seeds": ", ".join(map(str, seeds)) or "none: nothing is trained",
        "scale": json.dumps(asdict(scale_named(scale))),
        "machine": f"{os.cpu_count()} cores, {count} processes of one thread, {sys.platform}",
        "versions": versions(),
    }
    if name in FACTS or trials:
        write_table(name, trials, told, scale, folder)


def _rows_of(trials: Sequence[Trial], scale: str) -> dict[str, str]:
    found = {}
    for dataset in dict.fromkeys(trial.dataset for trial in trials):
        made = bench(dataset, scale)
        found[f"data {dataset}"] = f"{made.part.source}; {rows_told(made)}"
    return found


def _versions(runs: Sequence[Run]) -> str:
    return "; ".join(dict.fromkeys(run.versions for run in runs))


_RULE = (
    "reproduced: the 95 % interval of our difference lies above 0 in the claimed direction; "
    "not reproduced: it does not, and the paper's difference lies outside it; cannot be told: "
    "it holds both, or there are fewer than 3 seeds. Where the paper has no number it is empty "
    "or 0. Intervals are not widened for the number of lines."
)
_PAPER = (
    "the paper's numbers are in data/paper/adversarial; accuracies and differences are shares of 1"
)

"""The commands that train for a while: sweep, reproduce, explorer, best."""

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from labkit.experiments.experiment import Experiment
    from labkit.experiments.result import Result
    from labkit.experiments.trial import Trial


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add these commands and their options."""
    sweep = commands.add_parser("sweep", help="run an experiment; a second call goes on with it")
    sweep.add_argument("tables", nargs=1, metavar="NAME", help="such as table8 or controls")
    sweep.set_defaults(run=_sweep)
    again = commands.add_parser("reproduce", help="tables and figures of the paper, with verdicts")
    again.add_argument(
        "tables", nargs="+", metavar="TABLE", help="table8, long_chain, forensics, or all"
    )
    again.set_defaults(run=_reproduce)
    explorer = commands.add_parser("explorer", help="a grid of stage 2 with the curve of each run")
    explorer.add_argument("dataset", metavar="DATASET", help="such as trec")
    explorer.set_defaults(run=_explorer)
    best = commands.add_parser("best", help="the best students on all training texts")
    best.add_argument("datasets", nargs="+", metavar="DATASET", help="such as trec")
    best.add_argument("--seeds", type=count, default=5, metavar="N", help="runs of each arm (5)")
    best.add_argument("--workers", type=count, default=2, metavar="N", help="processes (2)")
    best.set_defaults(run=_best)
    for command in (sweep, again):
        command.add_argument(
            "--seeds", type=count, metavar="N", help="runs of each arm; default 3 to 5, by table"
        )
        command.add_argument(
            "--dataset", action="append", default=[], metavar="NAME", help="only this data set"
        )
    for command in (sweep, again, explorer):
        command.add_argument("--workers", type=count, default=2, metavar="N", help="processes (2)")
        command.add_argument(
            "--scale",
            default="classroom",
            metavar="NAME",
            help="classroom, or smoke for a quick trial",
        )


def count(text: str) -> int:
    """A whole number from 1 up, as an option of a command."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1 up was wanted, got {text!r}")
    return int(text)


def command_line() -> str:
    """The command as it was typed, for the head of a results file."""
    return f"labkit {' '.join(sys.argv[1:])}"


def _results(study: str, scale: str = "classroom") -> "Path":
    """Where files of results go: those of a quick trial stay out of the project."""
    from labkit import paths

    return paths.results(study) if scale == "classroom" else paths.cache() / scale / study


def _sweep(options: argparse.Namespace) -> None:
    from labkit.experiments.adversarial import reproduce
    from labkit.experiments.experiment import run_only

    asked = reproduce.planned(options.tables, options.seeds, options.dataset, options.scale)
    experiment = reproduce.experiment(asked, options.workers, options.scale)
    _count(run_only(experiment, options.workers), len(experiment.configs), options.workers)


def _reproduce(options: argparse.Namespace) -> None:
    from labkit.experiments.experiment import perform

    study, experiment = _asked(options)
    _count(perform(experiment, options.workers), len(experiment.configs), options.workers)
    folder = _results(study, options.scale)
    print(f"wrote {', '.join(experiment.tables)} with verdicts into {folder}")


def _asked(options: argparse.Namespace) -> "tuple[str, Experiment[Trial]]":
    """The study whose tables were named, and its experiment."""
    from labkit.experiments.forensics import plan as forensics
    from labkit.experiments.long_chain import plan

    if plan.NAME in options.tables:
        return plan.NAME, _long_chain(options)
    if forensics.NAME in options.tables:
        return forensics.NAME, _forensics(options)
    from labkit.experiments.adversarial import reproduce

    tables = reproduce.planned(options.tables, options.seeds, options.dataset, options.scale)
    return "adversarial", reproduce.experiment(tables, *_how(options, "adversarial"))


def _long_chain(options: argparse.Namespace) -> "Experiment[Trial]":
    from labkit.experiments.long_chain import plan, reproduce

    tables = plan.planned(options.tables, options.seeds, options.dataset, options.scale)
    return reproduce.experiment(tables, *_how(options, plan.NAME))


def _forensics(options: argparse.Namespace) -> "Experiment[Trial]":
    from labkit.experiments.forensics import plan, reproduce

    tables = plan.planned(options.tables, options.seeds, options.dataset, options.scale)
    return reproduce.experiment(tables, *_how(options, plan.NAME))


def _how(options: argparse.Namespace, study: str) -> "tuple[int, str, Path, str]":
    """Processes, scale, folder and command, as the experiments want them."""
    command = f"labkit reproduce {' '.join(options.tables)}"
    return options.workers, options.scale, _results(study, options.scale), command


def _explorer(options: argparse.Namespace) -> None:
    from labkit.experiments.adversarial.explorer_grid import experiment
    from labkit.experiments.experiment import perform

    folder = _results("adversarial", options.scale)
    grid = experiment(options.dataset, options.workers, options.scale, folder)
    _count(perform(grid, options.workers), len(grid.configs), options.workers)
    print(f"wrote explorer_{options.dataset}.csv and its curves into {folder}")


def _best(options: argparse.Namespace) -> None:
    from labkit.data import study
    from labkit.experiments.best_student import pictures, reproduce

    folder = _results("best_student")
    for name in options.datasets:
        part, done = study(name), []
        for result in reproduce.best_runs(part, options.seeds, options.workers):
            run = result.config
            print(
                f"{run.dataset:10} {run.arm:10} dropout {run.dropout} "
                f"learning rate {run.learning_rate} seed {run.seed}  "
                f"validation {result.validation:.4f}  accuracy {result.accuracy:.4f}  "
                f"{result.outcome['cpu_seconds']:.0f} s",
                file=sys.stderr,
                flush=True,
            )
            done.append(result)
        print(f"wrote {reproduce.write(folder, part, done, command_line(), options.workers)}")
    print(f"wrote {pictures.save(folder)}")


def _count(results: "Iterator[Result[Trial]]", total: int, workers: int) -> None:
    """Print a line for each new run, and at the end what running them side by side has saved."""
    import time

    done, single, begun = 0, 0.0, time.perf_counter()
    for result in results:
        done += 1
        if result.again:
            continue
        single += result.outcome["seconds"]
        print(f"{done}/{total}  {_line(result)}", file=sys.stderr, flush=True)
    wall = time.perf_counter() - begun
    print(
        f"{done} of {total} runs are finished; new ones took {single:.0f} s one by one, "
        f"{wall:.0f} s on {workers} processes"
    )


def _line(result: "Result[Trial]") -> str:
    trial = result.config
    return (
        f"{trial.dataset:8} {trial.arm:16} {trial.option:10} kd {trial.kd:.1f} "
        f"gan {trial.gan:.1f} seed {trial.seed}  accuracy {result.accuracy:.3f}  "
        f"{result.outcome['seconds']:6.1f} s"
    )

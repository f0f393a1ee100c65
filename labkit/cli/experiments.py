"""The commands that train for a while: sweep, reproduce, explorer, best."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from labkit.experiments.sweep import Result
    from labkit.experiments.trial import Trial


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add these commands and their options."""
    sweep = commands.add_parser("sweep", help="run an experiment; a second call goes on with it")
    sweep.add_argument("tables", nargs=1, metavar="NAME", help="such as table8 or controls")
    sweep.set_defaults(run=_sweep)
    again = commands.add_parser("reproduce", help="tables and figures of the paper, with verdicts")
    again.add_argument("tables", nargs="+", metavar="TABLE", help="table8, long_chain, or all")
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

    asked = reproduce.planned(options.tables, options.seeds, options.dataset, options.scale)
    trials = [trial for of_table in asked.values() for trial in of_table]
    _counted(reproduce.run_all(trials, options.workers, options.scale), trials, options.workers)


def _reproduce(options: argparse.Namespace) -> None:
    from labkit.experiments.adversarial import reproduce
    from labkit.experiments.long_chain import reproduce as long_chain_file

    made = long_chain_file if long_chain_file.NAME in options.tables else reproduce
    asked = made.planned(options.tables, options.seeds, options.dataset, options.scale)
    trials = [trial for of_table in asked.values() for trial in of_table]
    folder = _results("long_chain" if made is long_chain_file else "adversarial", options.scale)
    command = f"labkit reproduce {' '.join(options.tables)}"
    runs = made.reproduce(asked, options.workers, options.scale, folder, command)
    _counted(runs, trials, options.workers)
    print(f"wrote {', '.join(asked)} with verdicts into {folder}")


def _explorer(options: argparse.Namespace) -> None:
    from labkit.experiments.adversarial import explorer_grid as explorer_runs

    trials = explorer_runs.planned(options.dataset, options.scale)
    folder = _results("adversarial", options.scale)
    runs = explorer_runs.explore(options.dataset, options.workers, options.scale, folder)
    _counted(runs, trials, options.workers)
    print(f"wrote explorer_{options.dataset}.csv and its curves into {folder}")


def _best(options: argparse.Namespace) -> None:
    from labkit.experiments.best_student import pictures as best_picture
    from labkit.experiments.best_student import plan as best_arm
    from labkit.experiments.best_student import results as best_file

    folder = _results("best_student")
    for dataset in options.datasets:
        done = []
        for result in best_arm.best_runs(dataset, options.seeds, options.workers):
            asked, found = result.config, result.outcome
            print(
                f"{dataset:10} {asked['arm']:10} dropout {asked['dropout']} "
                f"learning rate {asked['learning_rate']} seed {asked['seed']}  "
                f"validation {found['validation']:.4f}  accuracy {found['accuracy']:.4f}  "
                f"{found['cpu_seconds']:.0f} s",
                file=sys.stderr,
                flush=True,
            )
            done.append(result)
        print(f"wrote {best_file.write(folder, dataset, done, command_line())}")
    print(f"wrote {best_picture.save(folder)}")


def _counted(results: "Iterator[Result]", trials: "Sequence[Trial]", workers: int) -> None:
    """Print a line for each new run, and at the end what running them side by side has saved."""
    import time

    total, done, single, begun = len(set(trials)), 0, 0.0, time.perf_counter()
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


def _line(result: "Result") -> str:
    asked, found = result.config, result.outcome
    return (
        f"{asked['dataset']:8} {asked['arm']:16} {asked['option']:10} kd {asked['kd']:.1f} "
        f"gan {asked['gan']:.1f} seed {asked['seed']}  accuracy {found['accuracy']:.3f}  "
        f"{found['seconds']:6.1f} s"
    )

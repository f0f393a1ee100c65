"""The commands that train for a while: sweep, reproduce, explorer, frozen-fits, best."""

import argparse
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from pathlib import Path

    from labkit.experiments.experiment import Experiment
    from labkit.experiments.result import Result
    from labkit.experiments.trial import Trial

Run = TypeVar("Run")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add these commands and their options."""
    sweep = commands.add_parser("sweep", help="run an experiment; a second call goes on with it")
    sweep.add_argument("tables", nargs=1, metavar="NAME", help="such as table8 or controls")
    sweep.set_defaults(run=_sweep)
    again = commands.add_parser("reproduce", help="tables and figures of the paper, with verdicts")
    again.add_argument(
        "tables",
        nargs="+",
        metavar="TABLE",
        help="table8, long_chain, kdfd_table3, kdfd, llm_words or all",
    )
    again.add_argument(
        "--finished", action="store_true", help="only write what is finished (KDFD's tables)"
    )
    again.set_defaults(run=_reproduce)
    explorer = commands.add_parser("explorer", help="a grid of stage 2 with the curve of each run")
    explorer.add_argument("dataset", metavar="DATASET", help="such as trec")
    explorer.set_defaults(run=_explorer)
    frozen = commands.add_parser("frozen-fits", help="lesson 05's grid of VAEs on frozen features")
    frozen.add_argument("--seeds", type=count, default=3, metavar="N", help="fits of each cell (3)")
    frozen.add_argument("--workers", type=count, default=2, metavar="N", help="processes (2)")
    frozen.set_defaults(run=_frozen_fits)
    best = commands.add_parser("best", help="the best students on all training texts at hand")
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
            help="classroom, smoke for a quick trial, or paper (KDFD's tables, from the Hub)",
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
    from labkit.cli import llm

    if llm.TABLE in options.tables:
        return llm.reproduce_words(options, _results("llm", options.scale))
    if any(name.startswith("kdfd") for name in options.tables):
        return _kdfd_paper(options) if options.scale == "paper" else _kdfd(options)
    from labkit.experiments.experiment import perform

    study, experiment = _asked(options)
    _count(perform(experiment, options.workers), len(experiment.configs), options.workers)
    folder = _results(study, options.scale)
    print(f"wrote {', '.join(experiment.tables)} with verdicts into {folder}")


def _kdfd(options: argparse.Namespace) -> None:
    from labkit.experiments.experiment import perform
    from labkit.experiments.online import reproduce

    asked = reproduce.planned(options.tables, options.seeds, options.dataset, options.scale)
    if options.finished:
        asked = reproduce.finished(asked)
    folder = _results(reproduce.NAME, options.scale)
    experiment = reproduce.experiment(asked, options.workers, options.scale, folder)
    runs = perform(experiment, options.workers)
    _count(runs, len(experiment.configs), options.workers, reproduce.said)
    print(f"wrote {', '.join(experiment.tables)} with verdicts into {folder}")


def _kdfd_paper(options: argparse.Namespace) -> None:
    from labkit.experiments.experiment import perform
    from labkit.experiments.online import paper_tables

    asked = paper_tables.planned(options.tables, options.seeds, options.dataset)
    folder = _results("online", options.scale)
    # one run fills the GPU, so all of them take turns in this process
    experiment = paper_tables.experiment(asked, 0, folder)
    _count(perform(experiment, 0), len(experiment.configs), 1, paper_tables.said)
    print(f"wrote {', '.join(experiment.tables)} into {folder}")


def _asked(options: argparse.Namespace) -> "tuple[str, Experiment[Trial]]":
    """The study whose tables were named, and its experiment."""
    from labkit.experiments.long_chain import plan

    if plan.NAME in options.tables:
        return plan.NAME, _long_chain(options)
    from labkit.experiments.adversarial import reproduce

    tables = reproduce.planned(options.tables, options.seeds, options.dataset, options.scale)
    return "adversarial", reproduce.experiment(tables, *_how(options, "adversarial"))


def _long_chain(options: argparse.Namespace) -> "Experiment[Trial]":
    from labkit.experiments.long_chain import plan, reproduce

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


def _frozen_fits(options: argparse.Namespace) -> None:
    from labkit.data import study
    from labkit.experiments.experiment import perform
    from labkit.experiments.frozen_fits.features import lesson_features
    from labkit.experiments.frozen_fits.pictures import save
    from labkit.experiments.frozen_fits.plan import teacher_run
    from labkit.experiments.frozen_fits.reproduce import NAME, experiment
    from labkit.experiments.frozen_fits.spaces import spaces_of, twins

    folder, features = _results("online"), lesson_features()
    fits = experiment(options.workers, options.seeds, features.rows, folder, command_line())
    for place, result in enumerate(perform(fits, options.workers), start=1):
        asked = result.config
        print(
            f"{place}/{len(fits.configs)}  width {asked.latent} beta {asked.beta:g} "
            f"lambda {asked.weight:g} seed {asked.seed}  {result.outcome['nats']:.1f} nats  "
            f"accuracy {result.outcome['accuracy']:.4f}",
            file=sys.stderr,
            flush=True,
        )
    spaces = spaces_of(features)
    names = study(teacher_run().dataset).label_names
    save(folder, features, spaces, twins(features, spaces), names)
    print(f"wrote {NAME}.csv and two pictures into {folder}")


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


def _count(
    results: "Iterator[Result[Run]]",
    total: int,
    workers: int,
    said: "Callable[[Result[Run]], str] | None" = None,
) -> None:
    """Print a line for each new run, and at the end what running them side by side has saved.

    said: a run in a line; None takes that of trials
    """
    import time

    done, single, begun = 0, 0.0, time.perf_counter()
    for result in results:
        done += 1
        if result.again:
            continue
        single += result.outcome["seconds"]
        line = _line(result) if said is None else said(result)  # type: ignore[arg-type]
        print(f"{done}/{total}  {line}", file=sys.stderr, flush=True)
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

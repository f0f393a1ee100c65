"""The commands that train for a while: sweep, reproduce, explorer, frozen-fits, best."""

import argparse
import sys

from labkit.cli.reproduce import reproduce
from labkit.cli.runs import add_workers, command_line, count, results_folder, show

PAPER_TOO = "; confirm and KDFD's tables also at paper, with the papers' models from the Hub"


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add these commands and their options."""
    sweep = commands.add_parser("sweep", help="run an experiment; a second call goes on with it")
    sweep.add_argument("tables", nargs=1, metavar="NAME", help="such as table8 or controls")
    sweep.set_defaults(run=_sweep)
    again = _reproduce_parser(commands)
    explorer = commands.add_parser("explorer", help="a grid of stage 2 with the curve of each run")
    explorer.add_argument("dataset", metavar="DATASET", help="such as trec")
    explorer.set_defaults(run=_explorer)
    frozen = commands.add_parser("frozen-fits", help="lesson 05's grid of VAEs on frozen features")
    frozen.add_argument("--seeds", type=count, default=3, metavar="N", help="fits of each cell (3)")
    frozen.set_defaults(run=_frozen_fits)
    best = commands.add_parser("best", help="the best students on all training texts at hand")
    best.add_argument("datasets", nargs="+", metavar="DATASET", help="such as trec")
    best.add_argument("--seeds", type=count, default=5, metavar="N", help="runs of each arm (5)")
    best.set_defaults(run=_best)
    for command in (sweep, again):
        _add_choice_of_runs(command)
    for command in (sweep, again, explorer, frozen, best):
        add_workers(command)
    for command, also in ((sweep, ""), (again, PAPER_TOO), (explorer, "")):
        _add_scale(command, also)


def _reproduce_parser(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> argparse.ArgumentParser:
    again = commands.add_parser("reproduce", help="tables and figures of the papers, with verdicts")
    again.add_argument(
        "tables",
        nargs="+",
        metavar="TABLE",
        help="table8, kdfd, forensics, confirm, confirm_beyond, llm_words, llm_words_sweep, "
        "llm_text, llm_prompt, llm_prompt_arms, or all",
    )
    again.add_argument(
        "--finished",
        action="store_true",
        help="only write what is finished (confirm, confirm_beyond, KDFD's tables, "
        "llm_prompt_arms)",
    )
    again.set_defaults(run=reproduce)
    return again


def _add_choice_of_runs(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--seeds", type=count, metavar="N", help="runs of each arm; default 3 to 5, by table"
    )
    command.add_argument(
        "--dataset", action="append", default=[], metavar="NAME", help="only this data set"
    )


def _add_scale(command: argparse.ArgumentParser, also: str) -> None:
    said = f"classroom, or smoke for a quick trial{also}"
    command.add_argument("--scale", default="classroom", metavar="NAME", help=said)


def _sweep(options: argparse.Namespace) -> None:
    from labkit.experiments.adversarial import reproduce as tables
    from labkit.experiments.experiment import run_only

    asked = tables.planned(options.tables, options.seeds, options.dataset, options.scale)
    experiment = tables.experiment(asked, options.workers, options.scale)
    show(
        run_only(experiment, options.workers, options.executor),
        len(experiment.configs),
        options.workers,
    )


def _explorer(options: argparse.Namespace) -> None:
    from labkit.experiments.adversarial.explorer_grid import experiment
    from labkit.experiments.experiment import perform

    folder = results_folder("adversarial", options.scale)
    grid = experiment(options.dataset, options.workers, options.scale, folder)
    show(perform(grid, options.workers, options.executor), len(grid.configs), options.workers)
    print(f"wrote explorer_{options.dataset}.csv and its curves into {folder}")


def _frozen_fits(options: argparse.Namespace) -> None:
    from labkit.data import study
    from labkit.experiments.experiment import perform
    from labkit.experiments.frozen_fits.pictures import save
    from labkit.experiments.frozen_fits.reproduce import NAME, experiment
    from labkit.experiments.online.facts.frozen import lesson_features
    from labkit.experiments.online.facts.spaces import spaces, twins

    folder, features = results_folder("online"), lesson_features()
    fits = experiment(options.workers, options.seeds, features.rows, folder, command_line())
    for place, result in enumerate(perform(fits, options.workers, options.executor), start=1):
        asked = result.config
        print(
            f"{place}/{len(fits.configs)}  width {asked.latent} beta {asked.beta:g} "
            f"lambda {asked.weight:g} seed {asked.seed}  {result.outcome['nats']:.1f} nats  "
            f"accuracy {result.outcome['accuracy']:.4f}",
            file=sys.stderr,
            flush=True,
        )
    found = spaces(features)
    names = study(features.dataset).label_names
    save(folder, features, found, twins(features, found), names)
    print(f"wrote {NAME}.csv and two pictures into {folder}")


def _best(options: argparse.Namespace) -> None:
    from labkit.data import study
    from labkit.experiments.best_student import pictures
    from labkit.experiments.best_student.reproduce import best_runs, write

    folder = results_folder("best_student")
    for name in options.datasets:
        part, done = study(name), []
        for result in best_runs(part, options.seeds, options.workers, options.executor):
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
        print(f"wrote {write(folder, part, done, command_line(), options.workers)}")
    print(f"wrote {pictures.save(folder)}")

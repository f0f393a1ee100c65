"""The word task and its settings of GAD as commands under `labkit reproduce`."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.cli.runs import command_line

if TYPE_CHECKING:
    from labkit.experiments.llm.plan import WordRun
    from labkit.experiments.llm.words_sweep import SettingRun
    from labkit.experiments.result import Result

TABLE, SWEEP_TABLE = "llm_words", "llm_words_sweep"
TABLES = (TABLE, SWEEP_TABLE)


def reproduce_words(options: argparse.Namespace, folder: Path) -> None:
    """Run what is missing of the word task, or of its settings, and write the files.

    options: tables, seeds, dataset, workers and scale, as `reproduce` takes them
    folder:  where the files go
    errors:  ValueError for other tables beside it, or a data set
    """
    if len(options.tables) > 1 or options.dataset:
        asked = ", ".join([*options.tables, *options.dataset])
        raise ValueError(f"got {asked}, wanted one of {', '.join(TABLES)} alone: it has words and "
                         "no data set")  # fmt: skip
    (_sweep if options.tables == [SWEEP_TABLE] else _words)(options, folder)


def _words(options: argparse.Namespace, folder: Path) -> None:
    from labkit.experiments.experiment import perform
    from labkit.experiments.known_rows import on_rows
    from labkit.experiments.llm.material import rows_mark
    from labkit.experiments.llm.plan import planned
    from labkit.experiments.llm.reproduce import experiment

    runs = on_rows(planned(options.seeds or 5, options.scale), rows_mark)
    study = experiment(runs, options.workers, folder, command_line())
    for place, result in enumerate(perform(study, options.workers, options.executor), 1):
        if not result.again:
            _say(f"{place}/{len(runs)}  {_line(result)}")
    print(f"wrote {TABLE}.csv and {TABLE}_verdicts.csv into {folder}")


def _sweep(options: argparse.Namespace, folder: Path) -> None:
    from labkit.experiments.experiment import perform
    from labkit.experiments.known_rows import on_rows
    from labkit.experiments.llm.material import rows_mark
    from labkit.experiments.llm.words_sweep import SEEDS, settings
    from labkit.experiments.llm.words_sweep_table import experiment

    runs = on_rows(settings(options.seeds or SEEDS, options.scale), rows_mark)
    study = experiment(runs, options.workers, folder, command_line())
    for place, result in enumerate(perform(study, options.workers, options.executor), 1):
        if not result.again:
            _say(f"{place}/{len(runs)}  {_setting_line(result)}")
    print(f"wrote {SWEEP_TABLE}.csv and {SWEEP_TABLE}_curves.csv into {folder}")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def reproduce_prompt(options: argparse.Namespace, folder: Path) -> None:
    """Run what is missing of SmolLM2's prompt distillation; options as for `reproduce_words`."""
    from labkit.experiments.experiment import perform
    from labkit.experiments.llm_prompt.plan import TABLE as NAME
    from labkit.experiments.llm_prompt.plan import planned
    from labkit.experiments.llm_prompt.reproduce import experiment

    if options.tables != [NAME] or options.dataset:
        asked = ", ".join([*options.tables, *options.dataset])
        raise ValueError(f"got {asked}, wanted {NAME} alone: it has questions of its own")
    runs = planned(options.seeds or 3, options.scale)
    # One run fills a small machine's memory and processor, so they take turns in this process.
    study = experiment(runs, folder, command_line())
    for place, result in enumerate(perform(study, 0, options.executor), 1):
        share = result.outcome["held_out"]["whole"]
        run = result.config
        print(f"{place}/{len(runs)}  {run.arm:10} seed {run.seed}  in style {share:.3f}",
              file=sys.stderr, flush=True)  # fmt: skip
    print(f"wrote {NAME}.csv, its verdicts and its picture into {folder}")


def _line(result: "Result[WordRun]") -> str:
    answers = result.outcome["answers"]
    right = "  ".join(f"T={heat} {own['right']:.3f}" for heat, own in answers.items())
    run = result.config
    seconds = result.outcome["cpu_seconds"]
    return f"{run.arm:22} seed {run.seed}  right {right}  {seconds:6.1f} s"


def _setting_line(result: "Result[SettingRun]") -> str:
    run, right = result.config, result.outcome["answers"]["1.0"]["right"]
    asked = f"{run.score:10} frozen {run.frozen!s:5} kl {run.kl:<4g} group {run.group}"
    who = asked if run.arm == "gad" else f"{run.arm:41}"
    return f"{who} seed {run.seed}  right {right:.3f}  {result.outcome['cpu_seconds']:6.1f} s"

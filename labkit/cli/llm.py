"""The word task as a command: `labkit reproduce llm_words`."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labkit.experiments.llm.plan import WordRun
    from labkit.experiments.result import Result

TABLE = "llm_words"


def reproduce_words(options: argparse.Namespace, folder: Path) -> None:
    """Run what is missing of the word task and write its file and its verdicts.

    options: tables, seeds, dataset, workers and scale, as `reproduce` takes them
    folder:  where the files go
    errors:  ValueError for other tables beside it, or a data set
    """
    from labkit.experiments.experiment import perform
    from labkit.experiments.llm.plan import planned
    from labkit.experiments.llm.reproduce import experiment

    if options.tables != [TABLE] or options.dataset:
        asked = ", ".join([*options.tables, *options.dataset])
        raise ValueError(f"got {asked}, wanted {TABLE} alone: it has words and no data set")
    runs = planned(options.seeds or 5, options.scale)
    study = experiment(runs, options.workers, folder, f"labkit reproduce {TABLE}")
    for place, result in enumerate(perform(study, options.workers), 1):
        if not result.again:
            print(f"{place}/{len(runs)}  {_line(result)}", file=sys.stderr, flush=True)
    print(f"wrote {TABLE}.csv and {TABLE}_verdicts.csv into {folder}")


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
    for place, result in enumerate(
        perform(experiment(runs, folder, f"labkit reproduce {NAME}"), 0), 1
    ):
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

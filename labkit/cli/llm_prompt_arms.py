"""The arms of SmolLM2's prompt distillation as a command: `labkit reproduce llm_prompt_arms`."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.cli.runs import command_line

if TYPE_CHECKING:
    from labkit.experiments.experiment import Experiment
    from labkit.experiments.llm_prompt_arms.plan import ArmRun
    from labkit.experiments.result import Result

TABLE = "llm_prompt_arms"


def reproduce_arms(options: argparse.Namespace, folder: Path) -> None:
    """Choose step sizes on validation questions, run the arms on test questions, write the files.

    options: tables, seeds, dataset, scale and finished, as `reproduce` takes them; with finished
             only what is done is written, which leaves out seeds that there was no time for
    folder:  where the files go
    errors:  ValueError for other tables beside it, or a data set
    """
    from labkit.experiments.llm_prompt_arms import plan, reproduce

    if options.tables != [TABLE] or options.dataset:
        asked = ", ".join([*options.tables, *options.dataset])
        raise ValueError(f"got {asked}, wanted {TABLE} alone: it has questions of its own")
    command = command_line()
    tried = reproduce.choice(plan.candidates(options.scale), folder, command)
    rates = reproduce.best_rates(list(_shown(tried, options)))
    seeds = options.seeds or plan.SEEDS
    runs = plan.planned(rates, seeds, min(seeds, plan.GAD_SEEDS), options.scale)
    if options.finished:
        runs = reproduce.finished(runs)
    for _ in _shown(reproduce.experiment(runs, folder, command), options):
        pass
    print(f"wrote {plan.CHOICE_TABLE}.csv, {TABLE}.csv and its verdicts into {folder}")


def _shown(study: "Experiment[ArmRun]", options: argparse.Namespace) -> "Iterable[Result[ArmRun]]":
    """The results as they come, each new one as a line."""
    from labkit.experiments.experiment import perform

    # One run fills a small machine's memory and processor, so they take turns in this process.
    for place, result in enumerate(perform(study, 0, options.executor), 1):
        if not result.again:
            print(f"{place}/{len(study.configs)}  {_line(result)}", file=sys.stderr, flush=True)
        yield result


def _line(result: "Result[ArmRun]") -> str:
    run, own = result.config, result.outcome["1.0"]
    told = f"in style {own['whole']:.3f}  reverse KL {own['reverse_kl']:.3f}"
    return (
        f"{run.arm:15} rate {run.rate:g} seed {run.seed}  {told}  "
        f"{result.outcome['cpu_seconds']:5.1f} s"
    )

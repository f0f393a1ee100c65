"""The real-text study as a command: `labkit reproduce llm_text`."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.cli.runs import command_line

if TYPE_CHECKING:
    from labkit.experiments.experiment import Experiment
    from labkit.experiments.llm.text_plan import TextRun
    from labkit.experiments.result import Result

TABLE = "llm_text"


def reproduce_text(options: argparse.Namespace, folder: Path) -> None:
    """Choose step sizes on validation prompts, run the arms on test prompts, write the files.

    options: tables, seeds, dataset, workers and scale, as `reproduce` takes them
    folder:  where the files go
    errors:  ValueError for other tables beside it, or a data set
    """
    from labkit.experiments.known_rows import on_rows
    from labkit.experiments.llm import text_plan, text_reproduce
    from labkit.experiments.llm.text_material import rows_mark

    if options.tables != [TABLE] or options.dataset:
        asked = ", ".join([*options.tables, *options.dataset])
        raise ValueError(f"got {asked}, wanted {TABLE} alone: its texts are those of TREC")
    command = command_line()
    tried = on_rows(text_plan.candidates(options.scale), rows_mark)
    rates = text_reproduce.best_rates(
        list(_shown(text_reproduce.choice(tried, options.workers, folder, command), options))
    )
    runs = on_rows(text_plan.planned(rates, options.seeds or 5, options.scale), rows_mark)
    study = text_reproduce.experiment(runs, options.workers, folder, command)
    for _ in _shown(study, options):
        pass
    print(f"wrote {text_plan.CHOICE_TABLE}.csv, {TABLE}.csv and its verdicts into {folder}")


def _shown(
    study: "Experiment[TextRun]", options: argparse.Namespace
) -> "Iterable[Result[TextRun]]":
    """The results as they come, each new one as a line."""
    from labkit.experiments.experiment import perform

    for place, result in enumerate(perform(study, options.workers, options.executor), 1):
        if not result.again:
            print(f"{place}/{len(study.configs)}  {_line(result)}", file=sys.stderr, flush=True)
        yield result


def _line(result: "Result[TextRun]") -> str:
    run, own = result.config, result.outcome["answers"]["1.0"]
    kls = f"forward KL {own['forward_kl']:.3f}  reverse KL {own['reverse_kl']:.3f}"
    seconds = result.outcome["cpu_seconds"]
    return f"{run.arm:22} {run.length:5} rate {run.rate:g} seed {run.seed}  {kls}  {seconds:5.1f} s"

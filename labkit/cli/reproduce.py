"""The command `labkit reproduce`: from the names of tables to the study that makes them."""

import argparse
from typing import TYPE_CHECKING

from labkit.cli.runs import results_folder, show, with_executor

if TYPE_CHECKING:
    from pathlib import Path

    from labkit.experiments.experiment import Experiment
    from labkit.experiments.trial import Trial


def reproduce(options: argparse.Namespace) -> None:
    """Run what is missing of the tables that were named, and write their files."""
    from labkit.cli import llm, llm_prompt_arms, llm_text

    if any(name in options.tables for name in llm.TABLES):
        return llm.reproduce_words(options, results_folder("llm", options.scale))
    if "llm_prompt" in options.tables:
        return llm.reproduce_prompt(options, results_folder("llm", options.scale))
    if llm_prompt_arms.TABLE in options.tables:
        return llm_prompt_arms.reproduce_arms(options, results_folder("llm", options.scale))
    if llm_text.TABLE in options.tables:
        return llm_text.reproduce_text(options, results_folder("llm", options.scale))
    if any(name.startswith("kdfd") for name in options.tables):
        return _kdfd_paper(options) if options.scale == "paper" else _kdfd(options)
    from labkit.experiments.confirm import plan as confirm

    if confirm.NAME in options.tables:
        return _confirm(options)
    from labkit.experiments.experiment import perform

    study, experiment = _asked(options)
    show(
        perform(experiment, options.workers, options.executor),
        len(experiment.configs),
        options.workers,
    )
    folder = results_folder(study, options.scale)
    print(f"wrote {', '.join(experiment.tables)} with verdicts into {folder}")


def _confirm(options: argparse.Namespace) -> None:
    from labkit.experiments.confirm import plan, reproduce
    from labkit.experiments.experiment import perform

    # its only strength is the full one; what is smaller is a trial and stays out of the project
    strong = options.scale in ("classroom", plan.SCALE)
    scale = plan.SCALE if strong else options.scale
    folder = results_folder(plan.NAME, "classroom" if strong else scale)
    asked = plan.planned(options.tables, options.seeds, options.dataset, scale)
    if options.finished:
        asked = reproduce.finished(asked, scale)
    experiment = reproduce.experiment(asked, options.workers, scale, folder, _named(options))
    runs = perform(experiment, options.workers, options.executor)
    show(runs, len(experiment.configs), options.workers)
    print(f"wrote {', '.join(experiment.tables) or 'nothing'} with verdicts into {folder}")


def _kdfd(options: argparse.Namespace) -> None:
    from labkit.experiments.experiment import perform
    from labkit.experiments.online import reproduce

    asked = reproduce.planned(options.tables, options.seeds, options.dataset, options.scale)
    if options.finished:
        asked = reproduce.finished(asked)
    folder = results_folder(reproduce.NAME, options.scale)
    experiment = reproduce.experiment(asked, options.workers, options.scale, folder)
    runs = perform(experiment, options.workers, options.executor)
    show(runs, len(experiment.configs), options.workers, reproduce.said)
    print(f"wrote {', '.join(experiment.tables)} with verdicts into {folder}")


def _kdfd_paper(options: argparse.Namespace) -> None:
    from labkit.experiments.experiment import perform
    from labkit.experiments.online import paper_tables

    asked = paper_tables.planned(options.tables, options.seeds, options.dataset)
    folder = results_folder("online", options.scale)
    # one run fills the GPU, so all of them take turns in this process
    experiment = paper_tables.experiment(asked, 0, folder)
    show(perform(experiment, 0, options.executor), len(experiment.configs), 1, paper_tables.said)
    print(f"wrote {', '.join(experiment.tables)} into {folder}")


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
    folder = results_folder(study, options.scale)
    return options.workers, options.scale, folder, _named(options)


def _named(options: argparse.Namespace) -> str:
    """The command as files of results name it: tables, data sets, where runs were computed."""
    words = [*options.tables, *(f"--dataset {name}" for name in options.dataset)]
    return with_executor(f"labkit reproduce {' '.join(words)}", options)

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
    from labkit.experiments.confirm.beyond import plan as beyond

    if confirm.NAME in options.tables:
        return _confirm(options)
    if beyond.NAME in options.tables:
        return _confirm_beyond(options)
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

    scale, folder = _strength(options)
    asked = plan.planned(options.tables, options.seeds, options.dataset, scale)
    if options.finished:
        asked = reproduce.finished(asked, scale)
    _performed(options, reproduce.experiment(asked, *_how_strong(options, scale, folder)), folder)


def _confirm_beyond(options: argparse.Namespace) -> None:
    from labkit.experiments.confirm import reproduce as confirm
    from labkit.experiments.confirm.beyond import plan, reproduce

    scale, folder = _strength(options)
    asked = plan.planned(options.tables, options.seeds, options.dataset, scale)
    if options.finished:
        asked = confirm.finished(asked, scale)
    _performed(options, reproduce.experiment(asked, *_how_strong(options, scale, folder)), folder)


def _strength(options: argparse.Namespace) -> "tuple[str, Path]":
    """Scale and folder of the confirm study: full, or one that stays out of the project."""
    from labkit.experiments.confirm import plan

    strong = options.scale in ("classroom", plan.SCALE)
    scale = plan.SCALE if strong else options.scale
    return scale, results_folder(plan.NAME, "classroom" if strong else scale)


def _how_strong(
    options: argparse.Namespace, scale: str, folder: "Path"
) -> "tuple[int, str, Path, str]":
    """Processes, scale, folder and command of the confirm study."""
    from labkit.experiments.confirm import cast

    of_paper = scale == cast.SCALE.name
    said = _named(options) + (f" --scale {scale}" if of_paper else "")
    return _side_by_side(options), scale, folder, said


def _side_by_side(options: argparse.Namespace) -> int:
    """One run of the paper's models fills a GPU: on this machine they take turns here, at 0."""
    from labkit.experiments.confirm import cast

    in_turn = options.scale == cast.SCALE.name and options.executor == "local"
    return 0 if in_turn else int(options.workers)


def _performed(
    options: argparse.Namespace, experiment: "Experiment[Trial]", folder: "Path"
) -> None:
    from labkit.experiments.experiment import perform

    count = _side_by_side(options)
    show(perform(experiment, count, options.executor), len(experiment.configs), count or 1)
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
    """The command as files of results name it: tables, data sets, seeds, where it was computed."""
    words = [*options.tables, *(f"--dataset {name}" for name in options.dataset)]
    words += [] if options.seeds is None else [f"--seeds {options.seeds}"]
    return with_executor(f"labkit reproduce {' '.join(words)}", options)

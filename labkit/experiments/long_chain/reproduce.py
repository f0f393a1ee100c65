"""The runs of the long chain and its file of results: stop and go on at any time."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from labkit import paths
from labkit.experiments.experiment import Experiment, head, sweep_file
from labkit.experiments.long_chain import arms
from labkit.experiments.long_chain.claims import verdict_lines, verdicts
from labkit.experiments.long_chain.plan import NAME, Plan, in_steps
from labkit.experiments.result import Result
from labkit.experiments.results import write_csv
from labkit.experiments.scales import assistant_settings, scale_named, student_settings
from labkit.experiments.testbed import Testbed, rows_line, testbed_named
from labkit.experiments.trial import Trial, measure
from labkit.plots import roles
from labkit.training.config import DistillConfig

NOTES = (
    "parameters",
    "ms_per_1000_texts",
    "agrees_with_above",
    "repeats_errors_of_above",
    "agrees_with_mpnet",
    "repeats_errors_of_mpnet",
    "agrees_with_assistant",
    "repeats_errors_of_assistant",
)
COLUMNS = ("arm", "option", "seed", "accuracy", "macro_f1", "validation", "cpu_seconds", *NOTES)


def run(trial: Trial) -> dict[str, Any]:
    """Train and measure one arm of the long chain."""
    return measure(trial, testbed_named(trial.dataset, trial.scale), arms.ARMS[trial.arm])


def runs_file(scale: str) -> Path:
    """Where the finished runs are kept; other settings have a file of their own."""
    size = scale_named(scale)
    heads = [arms.head_settings(size, name) for name in ("mpnet", "minilm")]
    below = [student_settings(arms.epochs(size, option), 0) for option in roles.BUDGETS]
    return sweep_file(f"{NAME}-{scale}-{arms.mark(*heads, assistant_settings(size, 0), *below)}")


def experiment(
    asked: Plan,
    count: int,
    scale: str = "classroom",
    folder: Path | None = None,
    command: str = "",
) -> Experiment[Trial]:
    """The long chain as an experiment.

    asked: as `plan.planned` gives them; count: processes, for the head of the files
    folder: None for the results of this project
    """
    into = paths.results(NAME) if folder is None else folder

    def write(name: str, runs: Sequence[Result[Trial]]) -> None:
        from labkit.experiments.long_chain import pictures

        file = into / f"{name}.csv"
        about = _about(runs, command or f"labkit reproduce {NAME}", count)
        write_csv(file, about, COLUMNS, [_cells(one) for one in runs])
        pictures.save(file)

    return Experiment(run, runs_file(scale), asked, write, in_steps)


def _about(runs: Sequence[Result[Trial]], command: str, count: int) -> dict[str, str]:
    testbed = testbed_named(runs[0].config.dataset, runs[0].config.scale)
    title = "The chain MPNet, MiniLM, BiLSTM beside direct routes and labels alone"
    labels = testbed.texts.test.labels
    assert labels is not None
    chance = float(labels.bincount().max() / len(labels))
    source = f"{testbed.part.source}; {rows_line(testbed, own_teachers=True)}"
    return {
        **head(title, command, count, runs, testbed.scale),
        **_settings_lines(testbed),
        f"data {testbed.part.name}": source,
        "not a fair pair": _unfair(len(testbed.for_teacher.train), len(testbed.part.train)),
        "chance": f"{chance:.4f}, share of the most frequent class of the test texts",
        **verdict_lines(verdicts(runs)),
    }


def _unfair(teacher_rows: int, student_rows: int) -> str:
    return (
        f"MPNet and MiniLM (the teacher's rows) learned from the labels of {teacher_rows} texts, "
        f"the students and the assistant from those of {student_rows}; no arm of labels only has "
        "seen the other labels"
    )


def _settings_lines(testbed: Testbed) -> dict[str, str]:
    scale = testbed.scale
    heads = {name: _settings(arms.head_settings(scale, name)) for name in ("mpnet", "minilm")}
    longest = {one.name: arms.epochs(scale, option) for option, one in roles.BUDGETS.items()}
    return {
        "teachers": json.dumps(heads),
        "assistant": json.dumps(_settings(assistant_settings(scale, 0))),
        "student": json.dumps(_settings(student_settings(scale.both_stages, 0))),
        "epochs of the student": json.dumps(longest),
        "soft loss": "z-score KL" if testbed.classes > 2 else "batch-scaled KL",
    }


def _settings(config: DistillConfig) -> dict[str, Any]:
    names = ("epochs", "batch_size", "learning_rate", "embedding_learning_rate", "temperature")
    return {name: getattr(config, name) for name in names} | asdict(config.weights)


def _cells(one: Result[Trial]) -> list[str]:
    trial, notes = one.config, one.outcome["notes"]
    checked = "" if math.isnan(one.validation) else f"{one.validation:.4f}"
    numbers = [f"{one.accuracy:.4f}", f"{one.macro_f1:.4f}", checked]
    others = [f"{notes[name]:.6g}" if name in notes else "" for name in NOTES[1:]]
    size = str(int(notes["parameters"])) if "parameters" in notes else ""
    spent = f"{one.outcome['cpu_seconds']:.1f}"
    return [trial.arm, trial.option, str(trial.seed), *numbers, spent, size, *others]

"""The best students as a table: accuracy, share of the teacher's, size, speed, floor, verdict."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from labkit.data import study
from labkit.data.batches import encode_study
from labkit.evaluation.baselines import tfidf
from labkit.evaluation.measures import accuracy, milliseconds, parameters
from labkit.evaluation.predict import predict
from labkit.evaluation.verdict import Verdict, compare
from labkit.experiments.best_student.plan import PLANS, BestRun, new_student, of_chosen, plan_line
from labkit.experiments.best_student.texts import own_teacher
from labkit.experiments.results import comments, table_text
from labkit.experiments.sweep import Result
from labkit.experiments.trial import unpack
from labkit.methods.recipes import CLASSROOM_TEACHER, MAX_LENGTH
from labkit.models.encoders import load_tokenizer
from labkit.plots import roles

COLUMNS = (
    "dataset", "arm", "dropout", "learning_rate", "seed", "accuracy", "macro_f1", "validation",
    "parameters", "times_faster", "cpu_seconds",
)  # fmt: skip
ROWS = 128
"""Test texts that the speed is measured on."""


def rows_of(dataset: str, results: Sequence[Result]) -> list[list[object]]:
    """Floor, teacher and the chosen students of a data set, one row each; opens the test split.

    times_faster is the teacher's time for a text over the student's, one after the other in this
    process, so it holds for this machine and number of threads only roughly.
    """
    mine = [one for one in of_chosen(results) if one.config["dataset"] == dataset]
    part, master = study(dataset), own_teacher(dataset, PLANS[dataset].teacher_after)
    texts = encode_study(part, load_tokenizer(CLASSROOM_TEACHER), MAX_LENGTH)
    labels, held = texts.test.labels, texts.validation.labels
    assert labels is not None and held is not None
    floor = accuracy(tfidf(part), labels)
    right = accuracy(predict(master, texts.test), labels)
    checked = accuracy(predict(master, texts.validation), held)
    slow = milliseconds(master, texts.test, ROWS)
    faster = slow / milliseconds(new_student(BestRun(**mine[0].config)), texts.test, ROWS)
    rows = [
        {"arm": "tfidf", "seed": 0, "accuracy": f"{floor:.4f}"},
        {
            "arm": "teacher",
            "seed": 0,
            "accuracy": f"{right:.4f}",
            "validation": f"{checked:.4f}",
            "parameters": parameters(master),
            "times_faster": 1,
        },
        *(_student(one, faster) for one in mine),
    ]
    return [[({"dataset": dataset} | row).get(name, "") for name in COLUMNS] for row in rows]


def _student(one: Result, faster: float) -> dict[str, object]:
    scores = {name: f"{one.outcome[name]:.4f}" for name in ("accuracy", "macro_f1", "validation")}
    return {**one.config, **one.outcome, **scores, "times_faster": f"{faster:.1f}"}


def gain(dataset: str, results: Sequence[Result]) -> Verdict:
    """Whether the distilled students beat those of the labels with the same seeds, text by text."""
    correct = {}
    for arm in ("distilled", "labels"):
        found = [
            one
            for one in of_chosen(results)
            if (one.config["dataset"], one.config["arm"]) == (dataset, arm)
        ]
        found.sort(key=lambda one: one.config["seed"])
        correct[arm] = np.stack(
            [unpack(one.outcome["correct"], one.outcome["tests"]) for one in found]
        )
    shared = min(map(len, correct.values()))
    taught, alone = (correct[arm][:shared] for arm in ("distilled", "labels"))
    return compare(roles.arm("distilled").name, taught, roles.arm("labels").name, alone)


def write(folder: Path, dataset: str, results: Sequence[Result], command: str) -> Path:
    """Write best_DATASET.csv under comment lines that say how it was made; gives its path."""
    from labkit.files import write_text

    told = {
        "title": f"The best students on all training texts of {dataset}",
        "command": command,
        "plan": plan_line(results[0].config),
        "data": study(dataset).source,
        "checkpoint": "dropout and learning rate chosen on validation with seed 0, the same tries "
        "for each arm; epoch chosen on validation; the test split is opened once a run",
        "weak control": "copies, passes, transfer texts, batch size and widths were tried out on "
        "distilled students of seed 0 with their test accuracy in sight, so the distilled numbers "
        "may be a little too good; the label-only arm takes these settings over",
        **_teacher_told(results[0].config["teacher_after"]),
        "distilled minus labels": gain(dataset, results).sentence,
        "versions": results[0].outcome["versions"],
    }
    path = folder / f"best_{dataset}.csv"
    write_text(path, comments(told) + table_text(COLUMNS, rows_of(dataset, results)))
    return path


def _teacher_told(after: str) -> dict[str, str]:
    said = f"the teacher was fine-tuned on {after} first, whose labels the label-only arm never saw"
    return {"not a fair pair": said} if after else {}

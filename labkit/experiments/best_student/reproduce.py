"""The best students of a data set: run, and written beside floor and teacher."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from labkit.data import Study
from labkit.evaluation.baselines import tfidf
from labkit.evaluation.measures import accuracy, milliseconds, parameters
from labkit.evaluation.predict import predict
from labkit.experiments.best_student.arms import new_student, train_best
from labkit.experiments.best_student.claims import gain
from labkit.experiments.best_student.plan import (
    PLANS,
    PUBLISHED,
    BestRun,
    Run,
    of_chosen,
    plan_line,
    steps,
)
from labkit.experiments.best_student.texts import more_texts, own_teacher
from labkit.experiments.experiment import head, run_steps, sweep_file
from labkit.experiments.results import write_csv
from labkit.methods.fine_tune import encoded

COLUMNS = (
    "dataset", "arm", "dropout", "learning_rate", "seed", "accuracy", "macro_f1", "validation",
    "parameters", "times_faster", "cpu_seconds",
)  # fmt: skip
ROWS = 128
"""Test texts that the speed is measured on."""


def best_runs(part: Study, seeds: int, count: int = 2, executor: str = "local") -> Iterator[Run]:
    """Choose each arm's settings on validation with seed 0, then train it with all seeds.

    part: a data set of `plan.PLANS`; seeds: at least 1; count: runs side by side, 0 runs here
    executor: one of `executors.choice.EXECUTORS`
    Finished runs are read from a file in the cache, so a stopped command goes on.
    """
    file = sweep_file("best")
    wanted = _after_teacher(part, steps(part, seeds, file))
    yield from run_steps(train_best, wanted, file, count, executor)


def _after_teacher(part: Study, wanted: Iterator[list[BestRun]]) -> Iterator[list[BestRun]]:
    """The same steps, with the teacher fine-tuned once, before the processes start."""
    first = next(wanted)
    own_teacher(part, PLANS[part.name].teacher_after)
    yield first
    yield from wanted


def rows_of(part: Study, results: Sequence[Run]) -> list[list[object]]:
    """Floor, teacher and the chosen students of a data set, one row each; opens the test split.

    times_faster is the teacher's time for a text over the student's, one after the other in this
    process, so it holds for this machine and number of threads only roughly.
    """
    mine = [one for one in of_chosen(results) if one.config.dataset == part.name]
    master = own_teacher(part, PLANS[part.name].teacher_after)
    texts = encoded(part)
    labels, checks = texts.test.labels, texts.validation.labels
    assert labels is not None and checks is not None
    floor = accuracy(tfidf(part), labels)
    right = accuracy(predict(master, texts.test), labels)
    checked = accuracy(predict(master, texts.validation), checks)
    slow = milliseconds(master, texts.test, ROWS)
    faster = slow / milliseconds(new_student(mine[0].config, master), texts.test, ROWS)
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
    return [[({"dataset": part.name} | row).get(name, "") for name in COLUMNS] for row in rows]


def _student(one: Run, faster: float) -> dict[str, object]:
    names = ("accuracy", "macro_f1", "validation")
    scores = {name: f"{one.outcome[name]:.4f}" for name in names}
    return {**vars(one.config), **one.outcome, **scores, "times_faster": f"{faster:.1f}"}


def write(folder: Path, part: Study, results: Sequence[Run], command: str, count: int) -> Path:
    """Write best_DATASET.csv under comment lines that say how it was made; gives its path."""
    about = head(
        f"The best students of {part.name}, on the training texts at hand", command, count, results
    )
    about |= {
        "plan": plan_line(results[0].config),
        "data": part.source,
        **text_lines(part, results[0].config.transfer),
        "checkpoint": "dropout and learning rate chosen on validation with seed 0, the same tries "
        "for each arm; epoch chosen on validation; the test split is opened once per run",
        "weak control": "copies, passes, transfer texts, batch size and widths were tried out on "
        "distilled students of seed 0 with their test accuracy in sight, so the distilled numbers "
        "may be a little too good; the label-only arm takes these settings over",
        **_teacher_line(results[0].config.teacher_after),
        "distilled minus labels": gain(part.name, results).sentence,
    }
    path = folder / f"best_{part.name}.csv"
    write_csv(path, about, COLUMNS, rows_of(part, results))
    return path


def text_lines(part: Study, transfer: str) -> dict[str, str]:
    """How many texts there are, and which of them only one arm sees.

    transfer: the data set whose texts the teacher answers as well; "" for none
    """
    published = PUBLISHED.get(part.name)
    of = f" of the {published} that were published" if published else ""
    counts = Counter(part.train["label"][:]).values()
    low, high = (share / len(part.train) for share in (min(counts), max(counts)))
    texts = f"{len(part.train)} with labels{of}; the classes have from {low:.0%} to {high:.0%}"
    lines = {"training texts": texts}
    if transfer:
        lines["more texts"] = (
            f"{len(more_texts(part, transfer))} texts of {transfer} without labels, for one arm "
            "only: the distilled students learn the teacher's answers to them, the label-only ones "
            "never see them"
        )
    return lines


def _teacher_line(after: str) -> dict[str, str]:
    said = f"the teacher was fine-tuned on {after} first, whose labels the label-only arm never saw"
    return {"not a fair pair": said} if after else {}

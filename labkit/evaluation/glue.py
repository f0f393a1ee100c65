"""The eight GLUE tasks of KDFD's tables, each with the metric its own leaderboard asks for."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from labkit.evaluation.measures import accuracy, mcc, pearson, spearman

Metric = Callable[[Tensor, Tensor], float]
"""(logits or scores, labels) -> one number, the larger the better."""


def f1(logits: Tensor, labels: Tensor) -> float:
    """F1 of class 1, the harmonic mean of its precision and recall, in [0, 1].

    Source: GLUE (Wang et al. 2018, arXiv:1804.07461), for MRPC and QQP, where 1 says "the same".

    logits: (rows, 2); labels: (rows,) class numbers; 0 when no row of class 1 is found
    errors: ValueError for other than two classes

    Trap: it is not symmetric. With the classes exchanged it is another number, and a model that
    always says 1 reaches 0.81 on MRPC.
    """
    from sklearn.metrics import f1_score

    if logits.shape[1] != 2:
        raise ValueError(f"got {logits.shape[1]} classes, wanted 2; use macro_f1 for several")
    accuracy(logits, labels)  # refuses what does not fit
    chosen = logits.argmax(dim=1)
    return float(f1_score(labels.cpu(), chosen.cpu(), zero_division=0))


METRICS: dict[str, Metric] = {
    "accuracy": accuracy,
    "f1": f1,
    "mcc": mcc,
    "pearson": pearson,
    "spearman": spearman,
}
"""Every metric that a task can name."""


@dataclass(frozen=True)
class Task:
    """What is asked of a model, and how the answers are counted."""

    name: str
    """As in the paper's tables, in lower case."""
    classes: int
    """Classes; 1 for a score to predict."""
    pair: bool
    """Whether a row has two texts."""
    metrics: tuple[str, ...]
    """The numbers of the paper's column, the first of them chooses the checkpoint."""
    train_rows: int
    """Rows of GLUE's train split."""
    names: tuple[str, ...] = ()
    """Names that labkit's data sets of this task bear."""
    highest: float = 1.0
    """The largest score of a regression; scores are divided by it before training."""
    tests: tuple[str, ...] = ("",)
    """The test sets that are reported apart."""

    @property
    def regression(self) -> bool:
        """Whether a score is predicted and not a class."""
        return self.classes == 1


TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task("cola", 2, False, ("mcc",), 8551),
        Task("sst2", 2, False, ("accuracy",), 67349, ("glue_sst2",)),
        Task("mrpc", 2, True, ("f1", "accuracy"), 3668),
        Task("stsb", 1, True, ("pearson", "spearman"), 5749, highest=5.0),
        Task("qqp", 2, True, ("f1", "accuracy"), 363846),
        Task("mnli", 3, True, ("accuracy",), 392702, tests=("matched", "mismatched")),
        Task("qnli", 2, True, ("accuracy",), 104743, ("qnli_dev",)),
        Task("rte", 2, True, ("accuracy",), 2490),
        Task("trec", 6, False, ("accuracy",), 5452),
    )
}
"""GLUE's eight tasks, and TREC, on which the lesson's own pictures rest."""

GLUE = tuple(name for name in TASKS if name != "trec")


def task_of(dataset: str) -> Task:
    """The task of a data set by its name.

    errors: ValueError for a data set whose metric is not known: none is guessed
    """
    for task in TASKS.values():
        if dataset == task.name or dataset in task.names:
            return task
    known = ", ".join(name for task in TASKS.values() for name in (task.name, *task.names))
    raise ValueError(
        f"no metric is known for the data set {dataset!r}; there are {known}. Add a Task with the "
        "metric that its leaderboard reports: accuracy alone hides a model that says one class"
    )


def scores(task: Task, outputs: Tensor, labels: Tensor) -> dict[str, float]:
    """Every metric of a task by name.

    outputs: (rows, classes) logits, or (rows, 1) scores of a regression; labels: (rows,)
    errors: ValueError for scores where classes belong and the other way round, an unknown metric
    """
    check_answers(task, outputs, labels)
    return {name: _metric(task, name)(outputs, labels) for name in task.metrics}


def checkpoint_score(task: Task, outputs: Tensor, labels: Tensor) -> float:
    """The number by which the best checkpoint is chosen: the task's first metric.

    outputs, labels, errors: as in `scores`
    returns 0 where a correlation does not exist, since one answer for all rows tells nothing
    """
    if not task.metrics:
        raise ValueError(
            f"the task {task.name!r} has no metric, so no checkpoint can be chosen; name one of "
            f"{', '.join(METRICS)}"
        )
    check_answers(task, outputs, labels)
    value = _metric(task, task.metrics[0])(outputs, labels)
    return 0.0 if math.isnan(value) else value


def check_answers(task: Task, outputs: Tensor, labels: Tensor) -> None:
    """ValueError unless outputs and labels are of the kind that the task is about."""
    if outputs.ndim != 2 or outputs.shape[1] != task.classes:
        wanted = "one score" if task.regression else f"{task.classes} logits"
        raise ValueError(
            f"got outputs of shape {tuple(outputs.shape)} for {task.name!r}, wanted {wanted} for "
            "each row; build the model with that many outputs"
        )
    check_targets(task, labels)


def check_targets(task: Task, labels: Tensor) -> None:
    """ValueError for scores where a task has classes, classes where it has scores, and gaps."""
    if task.regression and not labels.is_floating_point():
        raise ValueError(
            f"got class numbers as labels of {task.name!r}, which predicts a score; give the "
            "scores as floating point numbers"
        )
    if not task.regression and labels.is_floating_point():
        raise ValueError(
            f"got scores as labels of {task.name!r}, which has {task.classes} classes; give class "
            "numbers, int64"
        )
    if task.regression and not bool(labels.isfinite().all()):
        row = int((~labels.isfinite()).nonzero()[0, 0])
        raise ValueError(
            f"row {row} of {task.name!r} has the score {float(labels[row])}, wanted a number; "
            "leave out rows without a score"
        )


def check_columns(task: Task, columns: list[str]) -> None:
    """ValueError unless a table has the texts that the task needs.

    columns: names of a table's columns, such as ["text_a", "text_b", "label"]
    """
    wanted = ["text_a", "text_b"] if task.pair else ["text"]
    missing = [name for name in wanted if name not in columns]
    if missing:
        raise ValueError(
            f"{task.name!r} needs the column{'s' if len(missing) > 1 else ''} "
            f"{' and '.join(missing)}, got {', '.join(columns)}; without the second text of a pair "
            "nothing can be compared"
        )


def to_unit(task: Task, values: Tensor) -> Tensor:
    """Scores of a regression divided by the largest one, in [0, 1], float32.

    errors: ValueError for a classification, or scores outside the task's range
    """
    if not task.regression:
        raise ValueError(f"{task.name!r} has {task.classes} classes, not scores")
    check_targets(task, values)
    low, high = (float(edge) for edge in torch.aminmax(values))
    if low < 0 or high > task.highest:
        raise ValueError(f"got scores from {low} to {high}, wanted 0 to {task.highest}")
    return (values / task.highest).float()


def _metric(task: Task, name: str) -> Metric:
    if name not in METRICS:
        raise ValueError(
            f"the task {task.name!r} names the metric {name!r}; there are {', '.join(METRICS)}"
        )
    return METRICS[name]

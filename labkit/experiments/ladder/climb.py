"""The ladder: from always the same answer to the teacher, every rung on the same split."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from torch import Tensor

from labkit.compute import place
from labkit.data import study
from labkit.data.batches import Encoded
from labkit.evaluation.baselines import majority, tfidf
from labkit.evaluation.measures import accuracy, macro_f1, predict
from labkit.evaluation.verdict import Verdict, compare, interval
from labkit.experiments.ladder.arms import Budget, Trained, trained_arms
from labkit.methods.fine_tune import encoded, teacher
from labkit.methods.recipes import EMBEDDING_SIZE
from labkit.plots import roles

if TYPE_CHECKING:
    import pandas as pd

ARMS = (
    "majority",
    "tfidf",
    "swem",
    "student_labels",
    "student_plain_kd",
    "student_hard",
    "student_kd",
    "teacher",
)


@dataclass(frozen=True)
class Rung:
    """One arm with one seed, measured on the test split."""

    arm: str
    """One of `ARMS`."""
    seed: int
    """The seed of the arm; 0 for arms without chance."""
    accuracy: float
    """Share of the test texts that it got right, in [0, 1]."""
    macro_f1: float
    """Mean over the classes of F1, in [0, 1]."""
    seconds: float
    """Time to train it, the teacher's fine-tuning left out."""
    correct: Tensor = field(repr=False, compare=False)
    """(test rows,) bool: which texts it got right."""

    def record(self) -> dict[str, float | int | str]:
        """The rung as plain values for a file."""
        return {key: value for key, value in asdict(self).items() if key != "correct"}


def climb(
    dataset: str,
    seeds: int = 3,
    budget: Budget | None = None,
    width: int = EMBEDDING_SIZE,
    floor_only: bool = False,
) -> Iterator[Rung]:
    """Every rung of the ladder on one data set, from the floor to the teacher.

    seeds:  how many times each arm with chance in it is trained; the teacher is one fine-tuned
            model, so it is measured once
    budget: steps of every trained arm, and how many variants of each text the teacher answers.
            The checkpoint is chosen on validation; the test split is opened once for each rung
    width:  numbers per token vector of the students, at most the teacher's own
    floor_only: stop before the first neural network
    """
    if seeds < 1:
        raise ValueError(f"seeds must be at least 1, got {seeds}")
    part = study(dataset)
    texts = encoded(part)
    if len(part.label_names) < 2:
        raise ValueError(f"{dataset} has no classes to choose from; the ladder needs two or more")
    yield _measured("majority", 0, texts.test, lambda _: majority(part))
    yield _measured("tfidf", 0, texts.test, lambda _: tfidf(part))
    if floor_only:
        return
    master = place(teacher(part))
    for arm, train in trained_arms(master, texts, budget or Budget(), width).items():
        for seed in range(seeds):
            yield _measured(arm, seed, texts.test, train)
    yield _measured("teacher", 0, texts.test, lambda _: predict(master, texts.test))


def _measured(arm: str, seed: int, test: Encoded, logits_of: Trained) -> Rung:
    begun = time.perf_counter()
    logits = logits_of(seed)
    seconds = time.perf_counter() - begun
    labels = test.labels
    assert labels is not None
    right = logits.argmax(-1) == labels
    return Rung(arm, seed, accuracy(logits, labels), macro_f1(logits, labels), seconds, right)


def table(rungs: Iterable[Rung]) -> "pd.DataFrame":
    """One row per arm: mean accuracy, its 95 % interval over seeds, macro-F1, seconds."""
    import pandas as pd

    rows = {}
    for arm, found in _by_arm(rungs).items():
        spread = interval([rung.accuracy for rung in found])
        rows[arm] = {
            "accuracy": spread.mean,
            "low": spread.low,
            "high": spread.high,
            "macro-F1": sum(rung.macro_f1 for rung in found) / len(found),
            "seconds": sum(rung.seconds for rung in found) / len(found),
            "seeds": len(found),
        }
    return pd.DataFrame.from_dict(rows, orient="index").round(4)


def gains(rungs: Iterable[Rung]) -> list[Verdict]:
    """Whether the distilled student beats the arms that lack a part of what it had.

    Against labels alone: everything together. Against plain distillation: the variants of the
    texts. Against hard labels on the same variants: the teacher's doubts.
    """
    import torch

    arms = {
        arm: torch.stack([rung.correct for rung in found]).numpy()
        for arm, found in _by_arm(rungs).items()
    }
    against = ("student_labels", "student_plain_kd", "student_hard")
    return [
        compare(
            roles.arm("student_kd").name, arms["student_kd"], roles.arm(other).name, arms[other]
        )
        for other in against
        if other in arms and "student_kd" in arms
    ]


def picture(found: Mapping[str, Sequence[float]], path: Path) -> None:
    """Draw the ladder into an image file: one bar per arm, with its interval over seeds.

    found: accuracies of each arm, one number per seed, as `scores` gives them
    """
    from matplotlib.figure import Figure

    from labkit.files import write_atomically
    from labkit.plots.charts import accuracy_bars

    bars = {roles.arm(code).name: interval(values) for code, values in found.items()}
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    accuracy_bars(figure.subplots(), bars, found["majority"][0], found["teacher"][0], "majority")
    with write_atomically(path) as temporary:
        figure.savefig(temporary, format=path.suffix.lstrip(".") or "png", dpi=150)


def scores(rungs: Iterable[Rung]) -> dict[str, list[float]]:
    """Accuracies of each arm, one number per seed."""
    return {arm: [rung.accuracy for rung in found] for arm, found in _by_arm(rungs).items()}


def _by_arm(rungs: Iterable[Rung]) -> dict[str, list[Rung]]:
    found: dict[str, list[Rung]] = {}
    for rung in rungs:
        found.setdefault(rung.arm, []).append(rung)
    return found

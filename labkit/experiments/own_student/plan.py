"""What is tried on the reader's own data, what it may cost, and what the winner must keep to."""

import math
from dataclasses import dataclass

from labkit.data import Study
from labkit.methods.recipes import student_steps
from labkit.models.export.onnx_files import INT8
from labkit.training.config import DistillConfig, Weights

FLOOR = "tfidf"
NETWORKS = {
    "swem": "word vectors without order (SWEM), distilled",
    "labels": "BiLSTM, labels only",
    "distilled": "BiLSTM, distilled",
    "two_layers": "two layers of the teacher, distilled",
    "teacher": "teacher",
}
"""Code name -> name for people, in the order of training; all but the teacher are students."""
ARMS = {FLOOR: "TF-IDF with logistic regression", **NETWORKS}
TRIES = {
    "swem": ((0.2, 1e-2), (0.2, 4e-3)),
    "labels": ((0.2, 4e-3), (0.4, 1e-3)),
    "distilled": ((0.2, 4e-3), (0.4, 1e-3)),
    "two_layers": ((0.1, 1e-4), (0.1, 3e-4)),
}
"""Dropout and learning rate that each arm may choose from on validation, as many for each."""
WIDTH, HIDDEN = 128, 192
"""Numbers per token vector and per direction of the BiLSTM."""
LAYERS = 2
READ_A_MINUTE = 5_000
"""Texts that one try of a BiLSTM reads for each minute that is asked for."""
ROWS_A_MINUTE = 400
"""Labelled texts that the teacher learns from, at most, for each minute."""
PASSES = 5
"""Over texts and copies, where there are enough texts to fill the minutes."""
MOST_PASSES, MOST_COPIES = 30, 9
DEEP_SHARE = 3
"""The two layers read a third as much, since each text costs them three times as much."""
FEWEST_ROWS = 10
"""Of validation and test: fewer say nothing about any model."""


@dataclass(frozen=True)
class Wishes:
    """What the winner must keep to, and how long may be searched for it."""

    max_ms: float | None = None
    """Most milliseconds from a text to its class, one text at a time, the median; None for any."""
    max_mib: float | None = None
    """Most MiB of the model's file; None for any."""
    min_gain: float = 1.0
    """Points of accuracy over TF-IDF below which TF-IDF is taken, at least 0."""
    within: float = 2.0
    """Points below the best allowed model that the smallest one may lie, at least 0."""
    minutes: float = 30.0
    """How much is trained, above 0; when they are over, no further model is begun."""

    def __post_init__(self) -> None:
        for name in ("max_ms", "max_mib", "minutes"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a number above 0, got {value}")
        for name in ("min_gain", "within"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{name} must be a number of at least 0, got {value}")


@dataclass(frozen=True)
class Budget:
    """How much each student reads; it follows from the minutes and the data alone."""

    rows: int
    """Labelled texts that teacher and students learn from, at most."""
    copies: int
    """Masked and cut copies drawn from each of them."""
    others: int
    """Texts without labels that the teacher answers as well, at most."""
    read: int
    """Texts that one try of a BiLSTM reads."""

    def passes(self, texts: int, share: int = 1) -> int:
        """Passes over so many texts; share: reads only this part of `read`."""
        return max(1, min(MOST_PASSES, round(self.read / share / texts)))


def budget_of(minutes: float, rows: int, others: int) -> Budget:
    """What the minutes allow on so many labelled texts and others without labels."""
    read = max(1, round(READ_A_MINUTE * minutes))
    taken = min(rows, max(FEWEST_ROWS, round(ROWS_A_MINUTE * minutes)))
    room = max(0, read // PASSES - taken)
    without_labels = min(others, room)
    copies = min(MOST_COPIES, (room - without_labels) // taken)
    return Budget(taken, copies, without_labels, read)


def settings(
    arm: str, dropout_and_rate: tuple[float, float], texts: int, budget: Budget
) -> DistillConfig:
    """How one try of a student is trained.

    texts: how many it learns from: the labelled ones alone, or copies and others as well
    """
    rate = dropout_and_rate[1]
    batch = 64 if texts > 10_000 else 32
    weights = Weights(ce=1, kd=0) if arm == "labels" else Weights(ce=0, kd=1)
    share = DEEP_SHARE if arm == "two_layers" else 1
    config = DistillConfig(weights, epochs=budget.passes(texts, share), batch_size=batch)
    if arm == "two_layers":
        return DistillConfig(
            weights, epochs=config.epochs, batch_size=32, learning_rate=rate, clip=1.0
        )
    return student_steps(config, largest=rate)


def row_name(arm: str, file: str) -> str:
    """The name of a line of the report: an arm and which of its files answers."""
    if not file:
        return ARMS[arm]
    return f"{ARMS[arm]}, {'int8' if file == INT8 else '32 bits'}"


def check_study(part: Study) -> None:
    """Refuse data from which no honest report can come, before anything is trained.

    errors: ValueError for pairs of texts, scores in place of classes, and too few held-out texts
    """
    part.check_classes()
    if part.is_pair:
        raise ValueError(
            f"{part.name} has pairs of texts (text_a, text_b), and a student of your own reads "
            "single texts; join the two columns into one column text"
        )
    for name, rows in (("validation", part.validation), ("test", part.test)):
        if len(rows) < FEWEST_ROWS:
            raise ValueError(
                f"{part.name} has {len(rows)} {name} texts, wanted at least {FEWEST_ROWS}: fewer "
                "tell good and bad models apart by luck; add rows, or a file of their own"
            )

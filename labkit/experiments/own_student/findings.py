"""Everything the report of the reader's own student says, as numbers."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from labkit.data import Study
from labkit.data.columns import values
from labkit.data.encoding.encoded_study import texts_of
from labkit.evaluation.calibration import (
    Bin,
    Coverage,
    coverage,
    fit_temperature,
    reliability,
)
from labkit.evaluation.measures import accuracy, ece, macro_f1
from labkit.evaluation.per_class import ClassReport, by_class, confusion
from labkit.evaluation.verdict import Interval, proportion_interval
from labkit.experiments.own_student.choose import Candidate, Choice, choose
from labkit.experiments.own_student.measure import Row, Speed, answers
from labkit.experiments.own_student.plan import FLOOR, Wishes, row_name
from labkit.experiments.own_student.verdict import Judgement, judge
from labkit.experiments.own_student.workplace import Workplace
from labkit.models.export.package import mib_of

Logits = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Line:
    """One line of the table of arms."""

    name: str
    arm: str
    file: str
    setting: str
    rows: int
    """Labelled texts it learned from."""
    validation: float
    test: Interval
    macro_f1: float
    mib: float
    speed: Speed
    torch_gap: float | None
    """Largest difference of a validation logit between torch and the 32-bit file."""
    batch_gap: float
    """Largest difference of a validation logit between a text alone and among 64."""
    batch_changes: int
    """Validation texts whose class changes with the texts beside them."""


@dataclass(frozen=True)
class Trust:
    """Whether the probabilities of what is taken can be believed, on test texts."""

    temperature: float
    ece_before: float
    ece_after: float
    bins: list[Bin]
    coverage: list[Coverage]


@dataclass(frozen=True)
class Findings:
    """What was found, all of it."""

    lines: list[Line]
    choice: Choice
    judgement: Judgement
    trust: Trust
    classes: list[ClassReport]
    confusion: list[list[int]]
    test_logits: NDArray[np.float32]
    """Of what is taken, divided by its temperature, (test texts, classes)."""

    @property
    def taken(self) -> Line:
        """The line that is delivered."""
        one = self.judgement.taken
        return next(each for each in self.lines if (each.arm, each.file) == (one.arm, one.file))


def find(place: Workplace, part: Study, speed: dict[str, Speed], wishes: Wishes) -> Findings:
    """Choose on validation, open the test split, judge, and look closely at what is taken."""
    rows = place.rows()
    held, held_labels = texts_of(part.validation), _labels(part, "validation")
    validation = {row.key: place.answers(row, "validation", held) for row in rows}
    candidates = {row.key: _candidate(row, validation, held_labels, speed) for row in rows}
    floor = candidates[f"{FLOOR}:"]
    choice = choose(list(candidates.values()), wishes)
    labels = _labels(part, "test")
    test = {row.key: place.answers(row, "test", texts_of(part.test)) for row in rows}
    correct = {key: found.argmax(1) == labels.numpy() for key, found in test.items()}
    usual = int(_labels(part, "train").bincount().argmax())
    judgement = judge(choice, floor, correct, wishes, float((labels == usual).double().mean()))
    lines = [_line(place, row, validation, test, held, held_labels, labels, speed) for row in rows]
    key = f"{judgement.taken.arm}:{judgement.taken.file}"
    own, shown = torch.tensor(validation[key]), torch.tensor(test[key])
    trust = _trust(own, held_labels, shown, labels)
    return Findings(
        lines, choice, judgement, trust, by_class(shown, labels, part.label_names),
        confusion(shown, labels).tolist(), (shown / trust.temperature).numpy(),
    )  # fmt: skip


def _labels(part: Study, split: str) -> torch.Tensor:
    return torch.tensor(values(getattr(part, split), "label"))


def _candidate(
    row: Row, validation: Logits, labels: torch.Tensor, speed: dict[str, Speed]
) -> Candidate:
    correct = validation[row.key].argmax(1) == labels.numpy()
    return Candidate(row.arm, row.file, correct, mib_of(row.folder, row.file), speed[row.key].ms)


def _line(
    place: Workplace,
    row: Row,
    validation: Logits,
    test: Logits,
    held: Sequence[str],
    held_labels: torch.Tensor,
    labels: torch.Tensor,
    speed: dict[str, Speed],
) -> Line:
    alone, notes = validation[row.key], place.notes(row.arm)
    among = answers(row, held, 64)
    own, shown = torch.tensor(alone), torch.tensor(test[row.key])
    right = int((shown.argmax(1) == labels).sum())
    return Line(
        row_name(row.arm, row.file), row.arm, row.file, notes["setting"], notes["rows"],
        accuracy(own, held_labels), proportion_interval(right, len(labels)),
        macro_f1(shown, labels), mib_of(row.folder, row.file), speed[row.key],
        notes.get("torch_gap"), float(np.abs(alone - among).max()),
        int((alone.argmax(1) != among.argmax(1)).sum()),
    )  # fmt: skip


def _trust(
    held: torch.Tensor, held_labels: torch.Tensor, shown: torch.Tensor, labels: torch.Tensor
) -> Trust:
    temperature = fit_temperature(held, held_labels)
    soft_held, soft = held / temperature, shown / temperature
    return Trust(
        temperature, ece(shown, labels), ece(soft, labels), reliability(soft, labels),
        coverage(soft_held, soft, labels),
    )  # fmt: skip


def plain(found: Findings) -> dict[str, Any]:
    """The findings as values for JSON, without single texts."""
    gain = found.judgement.gain
    return {
        "verdict": found.judgement.sentence,
        "taken": found.taken.name,
        "reason": found.choice.reason,
        "best_on_validation": found.choice.best.name,
        "gain": None if gain is None else asdict(gain) | {"mcnemar_p": found.judgement.p},
        "arms": [asdict(line) for line in found.lines],
        "trust": asdict(found.trust),
        "classes": [asdict(one) for one in found.classes],
        "confusion": found.confusion,
    }

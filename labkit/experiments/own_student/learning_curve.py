"""Whether more labels would help: validation accuracy at a quarter, a half and all of them."""

from dataclasses import asdict, dataclass
from pathlib import Path

from labkit.data import Study
from labkit.data.encoding.encoded_study import encode_study
from labkit.experiments.own_student.arms import new_model, train
from labkit.experiments.own_student.material import Material, shortened
from labkit.experiments.own_student.plan import ARMS, FLOOR, TRIES
from labkit.experiments.own_student.word_arm import fit_words
from labkit.files import read_sealed, write_sealed

SHARES = (0.25, 0.5, 1.0)


@dataclass(frozen=True)
class CurvePoint:
    """One model on a part of the labels."""

    name: str
    rows: int
    accuracy: float
    """On validation, in [0, 1]; the test split stays closed."""


def floor_curve(part: Study, folder: Path) -> list[CurvePoint]:
    """TF-IDF on parts of the training texts; kept in the folder."""
    file = folder / "curve_floor.json"
    if not file.exists():
        found = []
        for share in SHARES:
            some, _ = shortened(part, max(2, round(share * len(part.train))))
            found.append(CurvePoint(ARMS[FLOOR], len(some.train), _of_words(some)))
        write_sealed(file, [asdict(point) for point in found])
    return [CurvePoint(**point) for point in read_sealed(file)]


def label_curve(given: Material, folder: Path, quiet: bool) -> list[CurvePoint]:
    """The BiLSTM of labels on parts of its texts, first setting; kept in the folder."""
    file = folder / "curve_labels.json"
    if not file.exists():
        found = []
        for share in SHARES:
            some, _ = shortened(given.part, max(2, round(share * len(given.part.train))))
            texts = encode_study(some, given.tokenizer, given.texts.max_length).train
            chosen, said = TRIES["labels"][0], f"learning curve, {len(texts)} labels"
            score = train(new_model("labels", given, chosen[0]), "labels", chosen, given, texts,
                          given.budget, folder / "runs" / f"curve_{share}",
                          "" if quiet else said)  # fmt: skip
            found.append(CurvePoint(ARMS["labels"], len(texts), score))
        write_sealed(file, [asdict(point) for point in found])
    return [CurvePoint(**point) for point in read_sealed(file)]


def _of_words(part: Study) -> float:
    """Where a part holds one class only, the share of that class."""
    if len(set(part.train["label"])) > 1:
        return fit_words(part).accuracy
    only = part.train["label"][0]
    held = part.validation["label"]
    return sum(label == only for label in held) / len(held)

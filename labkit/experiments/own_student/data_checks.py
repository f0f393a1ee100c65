"""What is wrong with the reader's own rows: repeated, contradictory, shared between splits, cut."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from labkit.data import Study, load
from labkit.data.batches import texts_of
from labkit.data.columns import values
from labkit.data.studies import keys_of
from labkit.evaluation.per_class import FEW

NOT_A_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class DataReport:
    """Counts of rows; texts are compared without case and with every space as one."""

    published: dict[str, int]
    """Split as it came -> rows."""
    used: dict[str, int]
    """Split of the study -> rows."""
    repeated: int
    """Rows whose text stood before in the same split."""
    conflicts: int
    """Texts that stand with two or more labels."""
    leaks: int
    """Train rows whose text also stood in another published split; they were dropped."""
    near_leaks: int
    """Test rows that differ from a train row in signs, spaces and case alone; they were kept."""
    classes: dict[str, int]
    """Class -> train rows."""
    source: str

    @property
    def small_classes(self) -> list[str]:
        """Classes with fewer train rows than a classifier needs."""
        return [name for name, rows in self.classes.items() if rows < FEW]


def data_report(data: str | Path, part: Study) -> DataReport:
    """Look at the rows as they came and at the study made of them."""
    splits = {name: rows for name, rows in load(data).items() if "label" in rows.column_names}
    keys = {name: keys_of(rows) for name, rows in splits.items()}
    said: dict[str, set[int]] = defaultdict(set)
    for name, rows in splits.items():
        for key, label in zip(keys[name], values(rows, "label"), strict=True):
            said[key].add(label)
    elsewhere = {key for name, found in keys.items() if name != "train" for key in found}
    counted = Counter(values(part.train, "label"))
    return DataReport(
        published={name: len(rows) for name, rows in splits.items()},
        used={name: len(getattr(part, name)) for name in ("train", "validation", "test")},
        repeated=sum(len(found) - len(set(found)) for found in keys.values()),
        conflicts=sum(len(labels - {-1}) > 1 for labels in said.values()),
        leaks=sum(key in elsewhere for key in keys.get("train", [])),
        near_leaks=_near(part),
        classes={name: counted[place] for place, name in enumerate(part.label_names)},
        source=part.source,
    )


def _near(part: Study) -> int:
    """Test rows whose letters and digits are those of a train row."""
    train = {_letters(text) for text in texts_of(part.train)}
    return sum(_letters(text) in train for text in texts_of(part.test) if _letters(text))


def _letters(text: str) -> str:
    return NOT_A_LETTER.sub("", text.lower())

"""What is wrong with the reader's own rows: repeated, contradictory, shared between splits, cut."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from labkit.data import Study, load
from labkit.data.columns import numbers
from labkit.data.formats.text_column import text_column
from labkit.data.labels.spelling import HIDDEN
from labkit.data.splits import short_key
from labkit.data.studies import short_keys_of, text_columns
from labkit.evaluation.per_class import FEW

if TYPE_CHECKING:
    from datasets import Dataset

NOT_A_LETTER = re.compile(r"[\W_]+")
NOTHING = short_key("")
"""What a text without a letter or digit is known by."""


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
    keys = {name: short_keys_of(rows) for name, rows in splits.items()}
    said = [numbers(rows, "label") for rows in splits.values()]
    elsewhere = [found for name, found in keys.items() if name != "train"]
    counted = Counter(numbers(part.train, "label").tolist())
    return DataReport(
        published={name: len(rows) for name, rows in splits.items()},
        used={name: len(getattr(part, name)) for name in ("train", "validation", "test")},
        repeated=sum(len(found) - len(np.unique(found)) for found in keys.values()),
        conflicts=_conflicts(np.concatenate([*keys.values()]), np.concatenate(said)),
        leaks=int(np.isin(keys["train"], np.concatenate([keys["train"][:0], *elsewhere])).sum()),
        near_leaks=_near(part),
        classes={name: counted[place] for place, name in enumerate(part.label_names)},
        source=part.source,
    )


def _conflicts(keys: NDArray[np.uint64], labels: NDArray[Any]) -> int:
    """Texts with two or more labels; a hidden one is none."""
    shown = labels != HIDDEN
    order = np.lexsort((labels[shown], keys[shown]))
    keys, labels = keys[shown][order], labels[shown][order]
    differ = (keys[1:] == keys[:-1]) & (labels[1:] != labels[:-1])
    return len(np.unique(keys[1:][differ]))


def _near(part: Study) -> int:
    """Test rows whose letters and digits are those of a train row."""
    train, test = (_letters(rows) for rows in (part.train, part.test))
    return int(np.isin(test[test != NOTHING], train).sum())


def _letters(rows: "Dataset") -> NDArray[np.uint64]:
    """(rows,) a number for what is left of each text without signs, spaces and case."""
    columns = [text_column(rows, name) for name in text_columns(rows)]
    plain = (NOT_A_LETTER.sub("", "".join(texts).lower()) for texts in zip(*columns, strict=True))
    return np.fromiter(map(short_key, plain), np.uint64, len(rows))

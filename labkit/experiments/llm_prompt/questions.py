"""Which questions are asked: of TREC for learning and holding out, of others where they are."""

import gzip
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass

from labkit import paths

LONGEST = 70
"""Characters of a question."""
OTHERS = (("vicuna80", "test"), ("dolly2k", "train"))
"""Sets of prompts in LABKIT_DATA whose questions are of another kind than TREC's."""


@dataclass(frozen=True)
class Question:
    """A question and the name by which its answer is shipped; its text may not be."""

    name: str
    """Data set, split and row, such as "trec/train/17"."""
    text: str


@dataclass(frozen=True)
class Questions:
    """Questions that no two parts share."""

    train: tuple[Question, ...]
    held_out: tuple[Question, ...]
    others: tuple[Question, ...]
    """Of another kind than those learnt from; empty without LABKIT_DATA."""


def questions(train: int, held_out: int, others: int) -> Questions:
    """So many questions of each part, the same on every machine that has the data.

    Learning and held-out questions are TREC's, which `labkit prepare` has everywhere.
    """
    from labkit.data.loading import study

    trec = study("trec", source="pypi")  # one numbering of the rows on all machines
    learnt = _some("trec/train", trec.train["text"], train)
    known = {one.text for one in learnt}
    rest = [text if text not in known else "" for text in trec.test["text"]]
    return Questions(learnt, _some("trec/test", rest, held_out), _others(others))


def _some(name: str, texts: Sequence[str], count: int) -> tuple[Question, ...]:
    found = {
        text: Question(f"{name}/{row}", text)
        for row, text in enumerate(texts)
        if text.endswith("?") and len(text) <= LONGEST and "\n" not in text
    }
    mixed = sorted(found.values(), key=lambda one: one.text)
    random.Random(0).shuffle(mixed)
    return tuple(mixed[:count])


def _others(count: int) -> tuple[Question, ...]:
    folder = paths.local_data()
    found: list[Question] = []
    for name, split in OTHERS if folder else ():
        file = folder / name / f"{split}.jsonl.gz" if folder else None
        if file is not None and file.exists():
            with gzip.open(file, "rt", encoding="utf-8") as lines:
                texts = [str(json.loads(line)["text"]) for line in lines]
            found += _some(f"{name}/{split}", texts, count // len(OTHERS))
    return tuple(found)

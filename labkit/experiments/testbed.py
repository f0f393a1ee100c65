"""The rows of one data set at one scale, and what is made of them once and kept on disk."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from labkit import paths
from labkit.data import splits
from labkit.data.batches import EncodedStudy, encode_study, texts_of
from labkit.data.loading import Study, keys_of, study
from labkit.experiments.scales import Scale, scale_named
from labkit.files import locked, write_atomically
from labkit.methods.recipes import CLASSROOM_SETS, CLASSROOM_TEACHER, MAX_LENGTH

if TYPE_CHECKING:
    from datasets import Dataset

Tensors = dict[str, Tensor]
SECONDS = "made_in_seconds"
"""Processor time that the making took, kept beside what was made."""
BENCH_VERSION = 1
"""Part of the folder's name: raise it when the same settings give other results."""


@dataclass(frozen=True)
class Bench:
    """One data set cut to a scale; every arm is trained and measured on these rows."""

    part: Study
    """The rows that assistants and students see, with their test split."""
    texts: EncodedStudy
    """The same rows in the tokens of the teacher."""
    for_teacher: Study
    """The rows for a teacher of the bench's own; validation and test are the same."""
    scale: Scale
    folder: Path
    """Where teachers, first-stage students and their logits are kept."""

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.part.label_names)

    def kept(self, name: str, make: Callable[[], Tensors]) -> Tensors:
        """The tensors of that name from the folder; made first when they are not there yet.

        A second process that wants the same waits for the first one to finish.
        """
        from safetensors.torch import load_file, save_file

        file = self.folder / f"{name}.safetensors"
        if not file.exists():
            with locked(file.with_suffix(".lock")):
                if not file.exists():
                    begun = time.process_time()
                    made = {key: value.contiguous() for key, value in make().items()}
                    made[SECONDS] = torch.tensor([time.process_time() - begun])
                    with write_atomically(file) as temporary:
                        save_file(made, temporary)
        return dict(load_file(file))


@lru_cache(maxsize=2)
def bench(dataset: str, scale: str) -> Bench:
    """The bench of a data set: loaded once in a process, because every run of a sweep needs it."""
    from labkit.models.encoders import load_tokenizer

    size = scale_named(scale)
    whole = study(dataset)
    if len(whole.label_names) < 2:
        raise ValueError(f"{dataset} has no classes to choose from; wanted two or more")
    part = cut_to(whole, size.train_rows, size)
    for_teacher = cut_to(whole, size.teacher_rows, size)
    texts = encode_study(part, load_tokenizer(CLASSROOM_TEACHER), MAX_LENGTH)
    return Bench(part, texts, for_teacher, size, _folder(part, for_teacher, size))


def cut_to(whole: Study, train_rows: int, scale: Scale) -> Study:
    """A study of at most so many rows: the same rows each time, every class with its share."""
    return replace(
        whole,
        train=fewer(whole.train, train_rows),
        validation=fewer(whole.validation, scale.validation_rows),
        test=fewer(whole.test, scale.test_rows),
    )


def fewer(rows: "Dataset", most: int) -> "Dataset":
    """At most `most` rows (one or two less by rounding), by class and by hash of the text."""
    if len(rows) <= most:
        return rows
    share = most / len(rows)
    _, chosen = splits.cut(keys_of(rows), list(rows["label"]), (1 - share, share))
    return rows.select(chosen)


def has_prepared_teacher(made: Bench) -> bool:
    """Whether the teacher is that of `labkit prepare`, which saw the whole train split."""
    return made.part.name in CLASSROOM_SETS and made.scale.name == "classroom"


def rows_told(made: Bench, own_teachers: bool = False) -> str:
    """Which rows were used, in one line for a file of results.

    own_teachers: the teachers were trained on the bench's rows, whatever `labkit prepare` makes
    """
    prepared = has_prepared_teacher(made) and not own_teachers
    taught = study(made.part.name).train if prepared else made.for_teacher.train
    counts = ", ".join(
        f"{name} {len(split)}"
        for name, split in (
            ("train", made.part.train),
            ("validation", made.part.validation),
            ("test", made.part.test),
            ("train of the teacher", taught),
        )
    )
    return f"{counts}; fixed parts by class and hash of the text, the same for every arm"


def _folder(part: Study, for_teacher: Study, scale: Scale) -> Path:
    told = [BENCH_VERSION, CLASSROOM_TEACHER, MAX_LENGTH, asdict(scale)]
    for rows in (part.train, part.validation, part.test, for_teacher.train):
        told += [texts_of(rows), list(rows["label"])]
    mark = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]
    return paths.cache() / "bench" / f"{part.name}-{scale.name}-{mark}"

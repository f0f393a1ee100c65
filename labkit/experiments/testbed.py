"""The rows of one data set at one scale, and what is made of them once and kept on disk."""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from labkit import paths
from labkit.compute import device, model_device
from labkit.data import splits
from labkit.data.encoding.encoded_study import EncodedStudy, encode_study, texts_of
from labkit.data.loading import Study, study
from labkit.data.studies import short_keys_of
from labkit.experiments.scales import Scale, scale_named
from labkit.files import lock_beside, locked, safe_name
from labkit.methods.recipes import CLASSROOM_SETS, CLASSROOM_TEACHER
from labkit.notices import say
from labkit.training.checked_tensors import DamagedFile, read_tensors, write_tensors

if TYPE_CHECKING:
    from datasets import Dataset
    from torch import nn

Tensors = dict[str, Tensor]
SECONDS = "made_in_seconds"
"""Processor time that the making took, kept beside what was testbed."""
MADE_ON = "made_on"
"""Name of the device that it was made on."""
TESTBED_VERSION = 1
"""Part of the folder's name: raise it when the same settings give other results."""


@dataclass(frozen=True)
class Testbed:
    """One data set cut to a scale; every arm is trained and measured on these rows."""

    whole: Study
    """The data set before any cut."""
    part: Study
    """The rows that assistants and students see, with their test split."""
    texts: EncodedStudy
    """The same rows in the tokens of the teacher."""
    for_teacher: Study
    """The rows for a teacher of the testbed's own; validation and test are the same."""
    scale: Scale
    folder: Path
    """Where teachers, first-stage students and their logits are kept."""

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.part.label_names)

    def once(self, name: str, make: Callable[[], Tensors]) -> Tensors:
        """The tensors of that name: made by the first call, read from the folder by later ones.

        A second process that wants the same waits for the first one to finish. A file that is
        damaged is reported and made again.
        """
        file = self.folder / f"{name}.safetensors"
        found = _intact(file)
        if found is None:
            with locked(lock_beside(file)):
                found = _intact(file)
                if found is None:
                    begun = time.process_time()
                    new = make()
                    spent = torch.tensor([time.process_time() - begun])
                    _write(file, {**where(), **new, SECONDS: spent})
                    found = _intact(file)
        assert found is not None, f"{file} was written but cannot be read back"
        return found


def where(model: "nn.Module | None" = None) -> Tensors:
    """Where a model computes, as a tensor that lies beside what it gave; None: where all do."""
    name = (device() if model is None else model_device(model)).type
    return {MADE_ON: torch.tensor(list(name.encode()), dtype=torch.uint8)}


def made_on(tensors: Tensors) -> str:
    """The kind of device that tensors of `Testbed.once` were made on; "" where it is not known."""
    return bytes(tensors[MADE_ON].tolist()).decode() if MADE_ON in tensors else ""


def _intact(file: Path) -> Tensors | None:
    """The tensors of a file; None when it is absent, or damaged, which is reported."""
    try:
        return read_tensors(file)[0]
    except FileNotFoundError:
        return None
    except DamagedFile as error:
        say(f"{file} is damaged: {error}; it is made again")
        return None


def _write(file: Path, tensors: Tensors) -> None:
    from safetensors import SafetensorError

    try:
        write_tensors(file, tensors, {})
    except SafetensorError as error:  # What it says of a full disk names no file.
        raise OSError(f"cannot write {file} ({error}); free some space there") from error


def testbed_of(
    whole: Study, scale: Scale, teacher: str = CLASSROOM_TEACHER, marks: Sequence[str] = ()
) -> Testbed:
    """The rows of a data set at a scale, in the tokens of the teacher.

    teacher: a name of data/models.toml, or a model folder
    marks: what else sets the testbed apart, and so where its models are kept
    errors: ValueError for a data set without classes
    """
    from labkit.models.encoders import load_tokenizer

    whole.check_classes()
    part = cut_to(whole, scale.train_rows, scale)
    for_teacher = cut_to(whole, scale.teacher_rows, scale)
    texts = encode_study(part, load_tokenizer(teacher))
    settings = (TESTBED_VERSION, teacher, texts.max_length, asdict(scale), *marks)
    folder = _folder(part, for_teacher, scale.name, settings)
    return Testbed(whole, part, texts, for_teacher, scale, folder)


@lru_cache(maxsize=2)
def testbed_named(dataset: str, scale: str) -> Testbed:
    """The testbed of a data set that a trial or a command names: made once per process."""
    size = scale_named(scale)  # a name that is none is told before any data are fetched
    return testbed_of(study(dataset), size)


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
    _, chosen = splits.cut(short_keys_of(rows), list(rows["label"]), (1 - share, share))
    return rows.select(chosen)


def has_prepared_teacher(testbed: Testbed) -> bool:
    """Whether the teacher is that of `labkit prepare`, which saw the whole train split."""
    return testbed.part.name in CLASSROOM_SETS and testbed.scale.name == "classroom"


def rows_line(testbed: Testbed, own_teachers: bool = False) -> str:
    """Which rows were used, in one line for a file of results.

    own_teachers: the teachers were trained on the testbed's rows, whatever `labkit prepare` makes
    """
    prepared = has_prepared_teacher(testbed) and not own_teachers
    taught = testbed.whole.train if prepared else testbed.for_teacher.train
    counts = ", ".join(
        f"{name} {len(split)}"
        for name, split in (
            ("train", testbed.part.train),
            ("validation", testbed.part.validation),
            ("test", testbed.part.test),
            ("train of the teacher", taught),
        )
    )
    return f"{counts}; fixed parts by class and hash of the text, the same for every arm"


def _folder(part: Study, for_teacher: Study, scale: str, settings: Sequence[object]) -> Path:
    values = list(settings)
    for rows in (part.train, part.validation, part.test, for_teacher.train):
        values += [texts_of(rows), list(rows["label"])]
    mark = hashlib.sha256(json.dumps(values).encode()).hexdigest()[:12]
    return paths.cache() / "testbeds" / f"{safe_name(part.name)}-{scale}-{mark}"

"""Where the work on the reader's own data lies, so that a stop loses little."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit import paths
from labkit.data import Study
from labkit.evaluation.predict import predict
from labkit.experiments.own_student.arms import train_arm
from labkit.experiments.own_student.material import Material
from labkit.experiments.own_student.measure import Row, answers
from labkit.experiments.own_student.plan import FLOOR, NETWORKS
from labkit.experiments.own_student.word_arm import fit_words
from labkit.files import (
    fingerprint,
    half_made,
    read_sealed,
    safe_name,
    write_atomically,
    write_sealed,
)
from labkit.models.encoders import name_classes, quiet_loading
from labkit.models.export.onnx_files import FLOAT
from labkit.models.export.package import Classes, files_of, package_network, package_words

VERSION = 1
"""Part of the name of a workplace: raise it when the same data gives other models."""


@dataclass(frozen=True)
class Workplace:
    """A folder in the cache, named by all that decides what is trained in it."""

    folder: Path

    def arm(self, name: str) -> Path:
        """Where the finished package of an arm lies."""
        return self.folder / "arms" / name

    def rows(self) -> list[Row]:
        """The lines of the report: every file of every finished arm, in the order of training."""
        there = [name for name in (FLOOR, *NETWORKS) if (self.arm(name) / "done.json").exists()]
        return [
            Row(name, self.arm(name), file) for name in there for file in files_of(self.arm(name))
        ]

    def notes(self, arm: str) -> dict[str, Any]:
        """What was noted of a finished arm: its setting, and what export changed."""
        return dict(read_sealed(self.arm(arm) / "done.json"))

    def answers(self, row: Row, split: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Logits (texts, classes) of a split, each text alone; asked for once, then read."""
        file = self.folder / "answers" / f"{safe_name(row.arm)}-{Path(row.file).stem}-{split}.npy"
        if not file.exists():
            found = answers(row, texts)
            with write_atomically(file) as temporary, temporary.open("wb") as opened:
                np.save(opened, found)
        return np.asarray(np.load(file, allow_pickle=False))


def workplace(part: Study, others: Sequence[str], minutes: float) -> Workplace:
    """The workplace of these rows, texts and minutes; a second call finds the same."""
    mark = fingerprint(VERSION, part.mark, list(others), minutes)
    folder = paths.cache() / "own_students" / f"{safe_name(part.name)}-{mark}"
    folder.mkdir(parents=True, exist_ok=True)
    return Workplace(folder)


def make_floor(place: Workplace, part: Study) -> None:
    """Fit TF-IDF and package it, unless that was done."""
    folder = place.arm(FLOOR)
    if (folder / "done.json").exists():
        return
    found = fit_words(part)
    with half_made(folder) as made:
        package_words(made, found.words, Classes(part.label_names))
        write_sealed(made / "done.json", {"setting": found.setting, "rows": len(part.train)})
        made.replace(folder)


def make_network(place: Workplace, arm: str, given: Material, quiet: bool) -> None:
    """Train an arm and package it, unless that was done; a training that was stopped goes on."""
    folder = place.arm(arm)
    if (folder / "done.json").exists():
        return
    runs = place.folder / "runs" / arm
    found = train_arm(arm, given, runs, quiet)
    names = given.part.label_names
    name_classes(found.model, names)
    with half_made(folder) as made:
        package_network(made, found.model, given.tokenizer, given.texts.max_length, Classes(names))
        with quiet_loading():
            found.model.save_pretrained(made / "torch")
        exact = predict(found.model, given.texts.validation, precision="float32").numpy()
        exported = answers(Row(arm, made, FLOAT), given.texts.validation.texts)
        write_sealed(
            made / "done.json",
            {
                "setting": found.setting,
                "rows": len(given.part.train),
                "texts": len(given.texts.train if arm in ("labels", "teacher") else given.more),
                "torch_gap": float(np.abs(exact - exported).max()),
            },
        )
        made.replace(folder)
    shutil.rmtree(runs, ignore_errors=True)

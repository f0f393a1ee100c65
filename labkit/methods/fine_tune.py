"""Fine-tuned teachers: made once by `labkit prepare`, then read from the cache."""

import hashlib
import json
import os
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from labkit import paths
from labkit.data import Study, study
from labkit.data.batches import EncodedStudy, encode_study, texts_of
from labkit.data.fetch import fetch
from labkit.files import locked
from labkit.methods.recipes import CLASSROOM_SETS, CLASSROOM_TEACHER, MAX_LENGTH, teacher_recipe
from labkit.models.encoders import quiet_loading

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


def teacher(
    dataset: str, name: str = CLASSROOM_TEACHER, quiet: bool = False, after: str = ""
) -> "PreTrainedModel":
    """The encoder `name` fine-tuned on a data set; fine-tunes it when that was not done yet.

    after: another data set that the encoder is fine-tuned on first; "" for none. The new teacher
           has then seen those labels too, which a student of the data set's own labels has not.
    It is kept under the texts, the labels and the settings it was trained with, so another data
    set of the same name has a teacher of its own. A stopped fine-tuning goes on where it was.
    """
    from transformers import AutoModelForSequenceClassification

    part = study(dataset)
    folder = teacher_folder(part, name, after)
    if not folder.exists():
        with locked(folder.with_suffix(".lock")):
            if not folder.exists():
                _make(part, name, folder, quiet, after)
    with quiet_loading():
        return AutoModelForSequenceClassification.from_pretrained(folder)


def teacher_folder(part: Study, name: str = CLASSROOM_TEACHER, after: str = "") -> Path:
    """Where the teacher of this study is kept, whether it is there yet or not."""
    recipe = asdict(teacher_recipe(part.name))
    told = [texts_of(part.train), list(part.train["label"]), name, MAX_LENGTH, recipe]
    if after:
        told.append(teacher_folder(study(after), name).name)
    mark = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]
    return paths.cache() / "teachers" / f"{name}-{part.name}-{mark}"


def is_ready(dataset: str, name: str = CLASSROOM_TEACHER) -> bool:
    """Whether `teacher` can answer without training; reads the data set."""
    return teacher_folder(study(dataset), name).exists()


def prepare() -> None:
    """Fetch and fine-tune what the classroom scale needs; a second call has nothing to do."""
    fetch(CLASSROOM_TEACHER)
    for dataset in CLASSROOM_SETS:
        fetch(dataset)
    for dataset in CLASSROOM_SETS:
        teacher(dataset)


def encoded_study(dataset: str, name: str = CLASSROOM_TEACHER) -> tuple[Study, EncodedStudy]:
    """A study and its splits in the tokens of the teacher."""
    from labkit.models.encoders import load_tokenizer

    part = study(dataset)
    return part, encode_study(part, load_tokenizer(name), MAX_LENGTH)


def _make(part: Study, name: str, folder: Path, quiet: bool, after: str) -> None:
    """Fine-tune and write the teacher; the folder appears only when it is whole."""
    work = folder.with_name(f".{folder.name}.work")
    model, tokenizer = _fine_tuned(part, name, work / "run", quiet, after)
    with quiet_loading():
        model.save_pretrained(work / "model")
    tokenizer.save_pretrained(work / "model")
    os.replace(work / "model", folder)
    shutil.rmtree(work)


def _fine_tuned(
    part: Study, name: str, run: Path, quiet: bool, after: str
) -> "tuple[PreTrainedModel, PreTrainedTokenizerBase]":
    from tqdm.auto import tqdm

    from labkit.compute import device
    from labkit.methods.distill import distill
    from labkit.models.encoders import load_encoder, load_tokenizer

    tokenizer = load_tokenizer(name)
    texts = encode_study(part, tokenizer, MAX_LENGTH)
    model = load_encoder(name, len(part.label_names), label_names=part.label_names)
    if after:
        earlier = teacher(after, name, quiet).base_model
        model.base_model.load_state_dict(earlier.state_dict())
    model.to(device())  # type: ignore[arg-type]
    config = teacher_recipe(part.name)
    steps = distill(model, None, texts.train, config, validation=texts.validation, folder=run)
    with tqdm(desc=f"teacher for {part.name}", file=sys.stderr, disable=quiet) as bar:
        for step in steps:
            bar.total = step.total
            bar.update(step.index + 1 - bar.n)
    return model, tokenizer

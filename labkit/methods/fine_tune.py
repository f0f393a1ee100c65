"""Fine-tuned teachers: made once by `labkit prepare`, then read from the cache."""

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from labkit import paths
from labkit.compute import place
from labkit.data import Study, study
from labkit.data.encoding.encoded_study import EncodedStudy, encode_study
from labkit.data.fetch import fetch
from labkit.files import fingerprint, lock_beside, locked, safe_name
from labkit.methods.distill import distill
from labkit.methods.recipes import CLASSROOM_SETS, CLASSROOM_TEACHER, teacher_recipe
from labkit.models.encoders import load_encoder, load_tokenizer, quiet_loading
from labkit.models.local_folder import checked, damaged_files, write_sums
from labkit.notices import say

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


TEACHER_VERSION = 1
"""Part of a teacher's name: raise it when the same texts and settings give another teacher."""


def teacher(
    part: Study,
    name: str = CLASSROOM_TEACHER,
    quiet: bool = False,
    after: Study | None = None,
) -> "PreTrainedModel":
    """The encoder `name` fine-tuned on a data set; fine-tunes it when that was not done yet.

    after: another data set that the encoder is fine-tuned on first; None for none. The new teacher
           has then seen those labels too, which a student of the data set's own labels has not.
    It lies in the cache under the texts, the labels and the settings it was trained with, so
    another data set of the same name has a teacher of its own. A stopped fine-tuning goes on
    where it was. A damaged teacher is named on stderr and made again.
    errors: TypeError for the name of a data set; give `study(name)`
            ValueError for a data set of scores instead of classes
    """
    from transformers import AutoModelForSequenceClassification

    folder = teacher_folder(part, name, after)
    part.check_classes()
    if not _is_whole(folder):
        with locked(lock_beside(folder)):
            if not _is_whole(folder):
                _make(part, name, folder, quiet, after)
    with quiet_loading():
        return AutoModelForSequenceClassification.from_pretrained(
            checked(folder), trust_remote_code=False, use_safetensors=True
        )


def teacher_folder(part: Study, name: str = CLASSROOM_TEACHER, after: Study | None = None) -> Path:
    """Where the teacher of this study lies, whether it is there yet or not."""
    if not isinstance(part, Study):
        raise TypeError(f"got {part!r}, wanted a Study: give `labkit.data.study({part!r})`")
    before = "" if after is None else teacher_folder(after, name).name
    mark = fingerprint(TEACHER_VERSION, part.mark, name, teacher_recipe(part.name), before)
    return paths.cache() / "teachers" / f"{safe_name(name)}-{safe_name(part.name)}-{mark[:12]}"


def is_ready(part: Study, name: str = CLASSROOM_TEACHER) -> bool:
    """Whether `teacher` can answer without training."""
    return _is_whole(teacher_folder(part, name))


def _is_whole(folder: Path) -> bool:
    """Whether the teacher is there as it was written; its files are hashed once per process."""
    wrong = damaged_files(folder) if folder.exists() else []
    if wrong:
        say(f"the teacher in {folder} is damaged ({', '.join(wrong[:3])}) and is made again")
    return folder.exists() and not wrong


def prepare() -> None:
    """Fetch and fine-tune what the classroom scale needs; a second call has nothing to do."""
    fetch(CLASSROOM_TEACHER)
    for dataset in CLASSROOM_SETS:
        fetch(dataset)
    for dataset in CLASSROOM_SETS:
        teacher(study(dataset))


def encoded(part: Study, name: str = CLASSROOM_TEACHER) -> EncodedStudy:
    """The splits of a study in the tokens of the teacher."""
    return encode_study(part, load_tokenizer(name))


def _make(part: Study, name: str, folder: Path, quiet: bool, after: Study | None) -> None:
    """Fine-tune and write the teacher; the folder appears only when it is whole."""
    work = folder.with_name(f".{folder.name}.work")
    model, tokenizer = _fine_tuned(part, name, work / "run", quiet, after)
    with quiet_loading():
        model.save_pretrained(work / "model")
    tokenizer.save_pretrained(work / "model")
    write_sums(work / "model")
    shutil.rmtree(folder, ignore_errors=True)  # a damaged one
    os.replace(work / "model", folder)
    shutil.rmtree(work)


def _fine_tuned(
    part: Study, name: str, run: Path, quiet: bool, after: Study | None
) -> "tuple[PreTrainedModel, PreTrainedTokenizerBase]":
    from tqdm.auto import tqdm

    tokenizer = load_tokenizer(name)
    texts = encode_study(part, tokenizer)
    model = load_encoder(name, len(part.label_names), label_names=part.label_names)
    if after is not None:
        earlier = teacher(after, name, quiet).base_model
        model.base_model.load_state_dict(earlier.state_dict())
    place(model)
    config = teacher_recipe(part.name)
    steps = distill(model, None, texts.train, config, validation=texts.validation, folder=run)
    with tqdm(desc=f"teacher for {part.name}", file=sys.stderr, disable=quiet) as bar:
        for step in steps:
            bar.total = step.total
            bar.update(step.index + 1 - bar.n)
    return model, tokenizer

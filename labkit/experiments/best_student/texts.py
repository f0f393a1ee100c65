"""What the best students learn from: the texts, more texts, and the teacher's answers to them."""

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from torch import Tensor

from labkit import paths
from labkit.data import Study, study
from labkit.data.augment import transfer_texts
from labkit.data.batches import Encoded, EncodedStudy, encode, encode_study
from labkit.experiments.ladder.arms import with_variants
from labkit.methods.fine_tune import teacher
from labkit.methods.recipes import CLASSROOM_TEACHER, MAX_LENGTH
from labkit.training.teacher_logits import TeacherLogits

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@lru_cache(maxsize=1)
def material(
    dataset: str, variants: int, transfer: str, after: str = ""
) -> tuple[EncodedStudy, Encoded, Tensor]:
    """The encoded splits, all texts for the teacher to answer, and its logits of those.

    Kept for the next run of the same process; the logits are kept on disk as well.
    """
    from labkit.models.encoders import load_tokenizer

    part, tokenizer = study(dataset), load_tokenizer(CLASSROOM_TEACHER)
    texts = encode_study(part, tokenizer, MAX_LENGTH)
    more = with_variants(texts, variants)
    if transfer:
        told = (*more.texts, *more_texts(part, transfer))
        more = encode(told, tokenizer, max_length=MAX_LENGTH)
    answers = TeacherLogits(own_teacher(dataset, after), more, paths.cache() / "logits").all()
    return texts, more, answers


def more_texts(part: Study, transfer: str) -> tuple[str, ...]:
    """The texts of another data set, without those of this one; none for "".

    transfer: the name of this data set itself stands for its own rows without labels
    """
    own = (part.train, part.validation, part.test)
    told = [text for rows in own for text in rows["text"]]
    alike = transfer == part.name
    return transfer_texts(transfer, told, unlabelled=alike) if transfer else ()


@lru_cache(maxsize=1)
def own_teacher(dataset: str, after: str = "") -> "PreTrainedModel":
    """The teacher of a data set, kept for the next run of the same process."""
    return teacher(study(dataset), quiet=True, after=study(after) if after else None)


def rows_mark(part: Study, more: Sequence[str] = ()) -> str:
    """A fingerprint of the texts and labels of all three splits, and of the texts beside them."""
    told: list[object] = [
        [list(rows["text"]), list(rows["label"])]
        for rows in (part.train, part.validation, part.test)
    ]
    return hashlib.sha256(json.dumps([*told, *more]).encode()).hexdigest()[:12]

"""What the best students learn from: the texts, more texts, and the teacher's answers to them."""

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from torch import Tensor

from labkit import paths
from labkit.compute import place
from labkit.data import Study, study
from labkit.data.augment import transfer_texts
from labkit.data.encoding.encoded import Encoded, encode
from labkit.data.encoding.encoded_study import EncodedStudy
from labkit.experiments.ladder.arms import with_variants
from labkit.methods.fine_tune import encoded, teacher
from labkit.methods.recipes import CLASSROOM_TEACHER
from labkit.training.teacher_logits import TeacherLogits

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@lru_cache(maxsize=1)
def material(
    part: Study, variants: int, transfer: str, after: str = ""
) -> tuple[EncodedStudy, Encoded, Tensor]:
    """The encoded splits, all texts for the teacher to answer, and its logits of those.

    Kept for the next run of the same process; the logits are kept on disk as well.
    """
    from labkit.models.encoders import load_tokenizer

    texts = encoded(part)
    more = with_variants(texts, variants)
    if transfer:
        both = (*more.texts, *more_texts(part, transfer))
        more = encode(both, load_tokenizer(CLASSROOM_TEACHER), max_length=texts.max_length)
    answers = TeacherLogits(own_teacher(part, after), more, paths.cache() / "logits").all()
    return texts, more, answers


def more_texts(part: Study, transfer: str) -> tuple[str, ...]:
    """The texts of another data set, without those of this one; none for "".

    transfer: the name of this data set itself stands for its own rows without labels
    """
    own = (part.train, part.validation, part.test)
    texts = [text for rows in own for text in rows["text"]]
    alike = transfer == part.name
    return transfer_texts(transfer, texts, unlabelled=alike) if transfer else ()


@lru_cache(maxsize=1)
def own_teacher(part: Study, after: str = "") -> "PreTrainedModel":
    """The teacher of a data set where it computes, kept for the next run of the same process.

    after: the name of a data set that it is fine-tuned on first; "" for none
    """
    return place(teacher(part, quiet=True, after=study(after) if after else None))


def rows_mark(part: Study, more: Sequence[str] = ()) -> str:
    """A fingerprint of the texts and labels of all three splits, and of the texts beside them."""
    content: list[object] = [
        [list(rows["text"]), list(rows["label"])]
        for rows in (part.train, part.validation, part.test)
    ]
    return hashlib.sha256(json.dumps([*content, *more]).encode()).hexdigest()[:12]

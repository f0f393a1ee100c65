"""What the students of the reader's own data learn from: texts, copies, others, and answers."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from torch import Tensor
from tqdm.auto import tqdm

from labkit import paths
from labkit.compute import place
from labkit.data import Study, columns, readers
from labkit.data.augment import AugmentConfig, transfer_texts, vary
from labkit.data.batches import in_order
from labkit.data.catalog import AssetError
from labkit.data.encoding.encoded import Encoded, encode
from labkit.data.encoding.encoded_study import EncodedStudy, encode_study, texts_of
from labkit.data.splits import first_of_each, text_key
from labkit.data.studies import keys_of
from labkit.experiments.own_student.plan import WIDTH, Budget, budget_of
from labkit.methods.fine_tune import teacher
from labkit.methods.recipes import CLASSROOM_TEACHER
from labkit.models.encoders import embedding_pca, load_tokenizer
from labkit.training.teacher_logits import TeacherLogits

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

SAVES = 10
"""How often the teacher's answers are written down on the way, so that a stop loses little."""


@dataclass(frozen=True)
class Material:
    """Everything that training a student needs."""

    part: Study
    """The rows that teacher and students learn from: all, or as many as the minutes allow."""
    tokenizer: "PreTrainedTokenizerBase"
    texts: EncodedStudy
    master: "PreTrainedModel"
    more: Encoded
    """Training texts, then their copies, then others without labels."""
    answers: Tensor
    """The teacher's logits of `more`."""
    vectors: Tensor
    """Token vectors that small students begin with, (vocabulary, width)."""
    budget: Budget
    copies: int
    """How many copies there are, all different."""
    others: int
    """How many texts without labels."""


def prepare(part: Study, others: tuple[str, ...], minutes: float, quiet: bool) -> Material:
    """Fine-tune the teacher and let it answer; both lie in the cache and go on where they were.

    others: texts without labels, as `other_texts` gives them
    """
    budget = budget_of(minutes, len(part.train), len(others))
    own, left = shortened(part, budget.rows)
    tokenizer = load_tokenizer(CLASSROOM_TEACHER)
    texts = encode_study(own, tokenizer)
    taken = (*others, *left)[: budget.others or None] if budget.others else ()
    copies = _copies(own, budget.copies)
    more = texts.train
    if copies or taken:
        whole = (*texts.train.texts, *copies, *taken)
        more = encode(whole, tokenizer, max_length=texts.max_length)
    master = place(teacher(own, quiet=quiet))
    answers = _answers(master, more, quiet)
    vectors = embedding_pca(master, min(WIDTH, master.config.hidden_size)).cpu()
    return Material(
        own, tokenizer, texts, master, more, answers, vectors, budget, len(copies), len(taken)
    )


def shortened(part: Study, most: int) -> tuple[Study, tuple[str, ...]]:
    """The study with at most so many training rows, a fair sample, and the texts left out."""
    if len(part.train) <= most:
        return part, ()
    keys = keys_of(part.train)
    order = sorted(range(len(keys)), key=lambda row: keys[row])
    kept, left = sorted(order[:most]), order[most:]
    texts = texts_of(part.train)
    train = columns.rows_of(part.train, kept)
    return replace(part, train=train), tuple(texts[row] for row in left)


def other_texts(source: str | Path | None, part: Study) -> tuple[str, ...]:
    """Texts without labels, each once, none of which is in the data already.

    source: a file with a column text (CSV, TSV, JSONL, Parquet), a .txt file with a text in each
            line, or the name of a data set; None for none
    errors: AssetError for a file without that column or without any text
    """
    if source is None:
        return ()
    known = [text for rows in (part.train, part.validation, part.test) for text in texts_of(rows)]
    path = Path(source).expanduser()
    if not path.is_file():
        return transfer_texts(str(source), known, unlabelled=str(source) == part.name)
    found = [text for text in _lines(path) if text.strip()]
    keys, taken = [text_key(text) for text in found], {text_key(text) for text in known}
    return tuple(found[row] for row in first_of_each(keys) if keys[row] not in taken)


def _lines(path: Path) -> Iterable[str]:
    if path.suffix == ".txt":
        return path.read_text(encoding="utf-8").splitlines()
    table = readers.read_table(path)
    if "text" not in table.columns:
        raise AssetError(
            f"{path.name} has no column text; its columns are {', '.join(table.columns)}. Rename "
            "the column of the texts"
        )
    return [value for value in table.columns["text"] if isinstance(value, str)]


def _copies(part: Study, each: int) -> tuple[str, ...]:
    if not each:
        return ()
    forbidden = (*texts_of(part.validation), *texts_of(part.test))
    return vary(texts_of(part.train), AugmentConfig(n_iter=each), forbidden).texts


def _answers(master: "PreTrainedModel", more: Encoded, quiet: bool) -> Tensor:
    """The teacher's logits of all texts, written down several times on the way."""
    source = TeacherLogits(master, more, paths.cache() / "logits")
    batches = list(in_order(more))
    every = max(1, len(batches) // SAVES)
    bar = tqdm(batches, desc="the teacher answers", file=sys.stderr, disable=quiet)
    for number, batch in enumerate(bar, start=1):
        before = source.passes
        source(batch)
        if number % every == 0 and source.passes > before:
            source.save()
    return source.all()

"""The splits of a study as token ids, and how long a row may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from labkit.data import columns
from labkit.data.encoding.encoded import Encoded, encode
from labkit.data.formats.text_column import text_column
from labkit.notices import say

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import PreTrainedTokenizerBase

    from labkit.data import Study

LIMITS = (64, 128, 256)
"""Longest rows in tokens that `token_limit` chooses from: a CPU has to pay for each of them."""
SAMPLE = 500
WORTH_SAYING = 0.05
"""The share of train texts that must be cut for a line about it."""


def texts_of(split: "Dataset") -> list[str]:
    """One string per row; the two texts of a pair are joined by a tab."""
    if "text" in split.column_names:
        return columns.values(split, "text")
    both = zip(columns.values(split, "text_a"), columns.values(split, "text_b"), strict=True)
    return [f"{one}\t{other}" for one, other in both]


@dataclass(frozen=True)
class EncodedStudy:
    """The three splits of a study in one tokenizer's tokens."""

    train: Encoded
    validation: Encoded
    test: Encoded
    max_length: int = 0
    """The longest row in tokens that was allowed."""

    @property
    def cut_line(self) -> str:
        """How many train texts were cut and how much that is, in one line; "" for none."""
        cut = self.train.cut
        if not cut.rows:
            return ""
        return (
            f"{cut.rows} of {len(self.train)} train texts are longer than {self.max_length} tokens "
            f"and were cut there: {cut.share:.0%} of all tokens are not read"
        )


def encode_study(
    study: "Study", tokenizer: "PreTrainedTokenizerBase", max_length: int | None = None
) -> EncodedStudy:
    """All three splits of a study as token ids, with their labels.

    max_length: the longest row in tokens; None takes `token_limit`
    When more than a few texts are cut, a line on standard error says so, once.
    """
    most = token_limit(study, tokenizer) if max_length is None else max_length
    train, validation, test = (
        encode(*_arguments(split, tokenizer, most))
        for split in (study.train, study.validation, study.test)
    )
    encoded = EncodedStudy(train, validation, test, most)
    if train.cut.rows > WORTH_SAYING * len(train):
        say(f"{study.name}: {encoded.cut_line}")
    return encoded


def token_limit(study: "Study", tokenizer: "PreTrainedTokenizerBase") -> int:
    """How many tokens of each text to read: 64, or more where most train texts are longer.

    Then the least of 128 and 256 that nine texts of ten fit into, and 256 when none does. Some
    500 train rows, evenly spread, are looked at.
    """
    rows = range(0, len(study.train), max(1, len(study.train) // SAMPLE))
    sample = study.train.select(rows)
    lengths = encode(*_arguments(sample, tokenizer, LIMITS[-1] + 1)).lengths
    if float((lengths > LIMITS[0]).float().mean()) <= 0.5:
        return LIMITS[0]
    fitting = (n for n in LIMITS[1:] if float((lengths > n).float().mean()) <= 0.1)
    return next(fitting, LIMITS[-1])


def _arguments(
    split: "Dataset", tokenizer: "PreTrainedTokenizerBase", max_length: int
) -> tuple[Sequence[str], "PreTrainedTokenizerBase", NDArray[Any], int, Sequence[str] | None]:
    """What `encode` takes, in its order."""
    pair = "text_b" in split.column_names
    texts = text_column(split, "text_a" if pair else "text")
    pairs = text_column(split, "text_b") if pair else None
    return texts, tokenizer, columns.numbers(split, "label"), max_length, pairs

"""More texts for the teacher to answer: parts of the same texts, or texts of other data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from labkit.data import columns, load
from labkit.data.encoding.encoded import Encoded
from labkit.data.splits import first_of_each, text_key

LONGEST_PIECE = 5
"""Most words in a sampled n-gram, as in the paper."""
MOST = 70_000
"""More texts than this are not taken, so that the teacher is done within the hour on a CPU."""


@dataclass(frozen=True)
class AugmentConfig:
    """How texts are varied; the defaults are the paper's."""

    p_mask: float = 0.1
    """Chance of each word to become the mask, in [0, 1]."""
    p_ngram: float = 0.25
    """Chance of each copy to be cut to 1 to 5 neighbouring words, in [0, 1]."""
    n_iter: int = 20
    """Copies drawn from each text, at least 1; copies that exist already are dropped."""
    mask: str = "[MASK]"
    """What stands for a masked word; it must be one token to teacher and student alike."""
    seed: int = 0
    """Decides what is masked and cut."""

    def __post_init__(self) -> None:
        for name in ("p_mask", "p_ngram"):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise ValueError(f"{name} must be in [0, 1], got {value}")
        if not isinstance(self.n_iter, int) or self.n_iter < 1:
            raise ValueError(f"n_iter must be a whole number of at least 1, got {self.n_iter!r}")
        if not self.mask or self.mask.split() != [self.mask]:
            raise ValueError(f"mask must be one word without spaces, got {self.mask!r}")


@dataclass(frozen=True)
class Variants:
    """New texts, none of which occurs among those they were made from."""

    texts: tuple[str, ...]
    """The new texts, words separated by single spaces."""
    parents: tuple[int, ...]
    """For each, the row of the text it was made from. Its label need not hold any more."""


def vary(
    texts: Sequence[str], config: AugmentConfig | None = None, forbidden: Iterable[str] = ()
) -> Variants:
    """Masked and cut copies of the texts, all different, for a teacher to answer.

    Source: Tang et al. 2019 (arXiv:1903.12136), data augmentation for distillation: masking and
    n-gram sampling. Its third rule, words replaced by others of the same part of speech, needs a
    tagger and is left out.

    texts:     single texts, not pairs; words are what white space separates, so a tab in a text
               is a space like others
    forbidden: texts that must not come out, such as all of validation and test

    Traps: a copy needs a teacher pass of its own, so encode the new texts and build their own
    `TeacherLogits`; the logits of the parent belong to another text. A copy may have lost the
    words that decided its label, so hard labels come from the teacher too: `teacher_labels`.
    """
    config = AugmentConfig() if config is None else config
    chance = torch.Generator().manual_seed(config.seed)
    seen = {text_key(text) for text in (*texts, *forbidden)}
    made: list[str] = []
    parents: list[int] = []
    for parent, text in enumerate(texts):
        words = text.split()
        for _ in range(config.n_iter if words else 0):
            copy = " ".join(_cut(_masked(words, config, chance), config, chance))
            if (key := text_key(copy)) in seen or _is_empty(copy, config.mask):
                continue
            seen.add(key)
            made.append(copy)
            parents.append(parent)
    return Variants(tuple(made), tuple(parents))


def transfer_texts(
    name: str, forbidden: Iterable[str] = (), most: int = MOST, unlabelled: bool = False
) -> tuple[str, ...]:
    """The first texts of a data set, each once, in the order they were published in.

    Source: Hinton et al. 2015 (arXiv:1503.02531), section 2: the transfer set that a student
    learns from may consist of texts without labels.

    name:      a data set, as for `data.load`; of a set of pairs the first text of each is taken
    forbidden: texts that must not come out, such as all of validation and test
    most:      at least 1
    unlabelled: True adds its rows that have no labels, after the others
    Its train split is taken, or all there is where none was published.

    Trap: validation and test of one data set may be train in another, as with SST-2 and SST-5, so
    hand in `forbidden`. Texts are compared without case and spaces; a part of a forbidden sentence
    is another text.
    """
    if most < 1:
        raise ValueError(f"got most={most}, wanted at least 1 text")
    loaded = load(name, unlabelled=unlabelled)
    taken_from = [split for split in ("train", "unlabelled") if split in loaded]
    parts = [loaded[split] for split in taken_from or loaded]
    column = "text" if "text" in parts[0].column_names else "text_a"
    texts = [text for part in parts for text in columns.values(part, column)]
    taken = {text_key(text) for text in forbidden}
    once = [texts[row] for row in first_of_each([text_key(text) for text in texts])]
    return tuple(text for text in once if text_key(text) not in taken)[:most]


def teacher_labels(encoded: Encoded, logits: Tensor) -> Encoded:
    """The same texts with the teacher's first choice as their label.

    logits: (rows, classes) of exactly these texts, such as `TeacherLogits.all()`
    """
    if len(logits) != len(encoded):
        raise ValueError(f"got {len(logits)} rows of logits for {len(encoded)} texts; wanted equal")
    return replace(encoded, labels=logits.argmax(dim=1))


def _masked(words: list[str], config: AugmentConfig, chance: torch.Generator) -> list[str]:
    hidden = (torch.rand(len(words), generator=chance) < config.p_mask).tolist()
    return [config.mask if hide else word for word, hide in zip(words, hidden, strict=True)]


def _cut(words: list[str], config: AugmentConfig, chance: torch.Generator) -> list[str]:
    """Now and then a run of 1 to 5 words of the text instead of all of it."""
    if float(torch.rand((), generator=chance)) >= config.p_ngram:
        return words
    length = min(_draw(LONGEST_PIECE, chance) + 1, len(words))
    start = _draw(len(words) - length + 1, chance)
    return words[start : start + length]


def _draw(below: int, chance: torch.Generator) -> int:
    return int(torch.randint(below, (), generator=chance))


def _is_empty(copy: str, mask: str) -> bool:
    return set(copy.split()) <= {mask}

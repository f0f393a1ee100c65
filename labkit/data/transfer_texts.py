"""Real texts of another data set for the teacher to answer; nobody looks at their labels."""

from collections.abc import Iterable

from labkit.data import load
from labkit.data.splits import first_of_each, text_key

MOST = 70_000
"""More texts than this are not taken, so that the teacher is done within the hour on a CPU."""


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
    texts = [text for part in parts for text in part[column]]
    taken = {text_key(text) for text in forbidden}
    once = [texts[row] for row in first_of_each([text_key(text) for text in texts])]
    return tuple(text for text in once if text_key(text) not in taken)[:most]

"""The word task on 80 made-up words, with models that train in a moment."""

from itertools import product
from pathlib import Path

from labkit.experiments.llm import words as task
from labkit.experiments.llm.material import Material
from labkit.experiments.llm.plan import SCALES

WORDS = tuple("".join(letters) for letters in product("abcd", repeat=4))[:80]


def material(folder: Path) -> Material:
    """The smoke scale; models are kept in the folder."""
    size = SCALES["smoke"]
    return Material(task.split_words(WORDS, size.validation, size.test), size, folder)

"""TF-IDF and logistic regression as plain arrays, which a few lines of numpy can run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.files import write_atomically, write_text

NEVER_SEEN = -20.0
"""The logit of a class without training texts: a probability near one in a billion."""


@dataclass(frozen=True)
class WordWeights:
    """What logistic regression on words and word pairs has learned."""

    vocabulary: tuple[str, ...]
    """Words and pairs, in the order of the rows."""
    idf: NDArray[np.float32]
    """(words,): how rare each is."""
    weight: NDArray[np.float32]
    """(words, classes)"""
    bias: NDArray[np.float32]
    """(classes,)"""


def word_weights(vectoriser: Any, regression: Any, classes: int) -> WordWeights:
    """The weights of a fitted pair of scikit-learn's TfidfVectorizer and LogisticRegression.

    vectoriser: lower case, words of two letters and more, pairs of them, logarithm of the counts
    classes: how many there are; a class without training texts gets a logit that never wins
    """
    names = vectoriser.get_feature_names_out()
    coefficients, intercept = regression.coef_, regression.intercept_
    if len(regression.classes_) == 2:  # scikit-learn keeps one row for two classes
        coefficients = np.concatenate([np.zeros_like(coefficients), coefficients])
        intercept = np.concatenate([np.zeros(1), intercept])
    weight = np.zeros((len(names), classes), np.float32)
    bias = np.full(classes, NEVER_SEEN, np.float32)
    weight[:, regression.classes_] = coefficients.T
    bias[regression.classes_] = intercept
    return WordWeights(tuple(map(str, names)), vectoriser.idf_.astype(np.float32), weight, bias)


def write_words(words: WordWeights, folder: Path) -> None:
    """Write words.json, the vocabulary, and words.npz, the numbers, into a folder."""
    import json

    write_text(folder / "words.json", json.dumps(list(words.vocabulary), ensure_ascii=False))
    with write_atomically(folder / "words.npz") as temporary, temporary.open("wb") as file:
        np.savez(file, idf=words.idf, weight=words.weight, bias=words.bias)

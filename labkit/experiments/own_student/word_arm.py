"""The floor of the reader's own data: TF-IDF and logistic regression, chosen on validation."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labkit.data import Study
from labkit.data.columns import values
from labkit.data.encoding.encoded_study import texts_of
from labkit.models.export.words import NEVER_SEEN, WordWeights, word_weights

Labels = NDArray[np.int64]
STRENGTHS, RAREST = (1.0, 10.0, 100.0), (1, 2)
"""C of the regression, and in how many texts a word must occur: all pairs are tried."""


@dataclass(frozen=True)
class FittedWords:
    """The best of the tries."""

    words: WordWeights
    setting: str
    """What was chosen, in words."""
    accuracy: float
    """On validation, in [0, 1]."""


def fit_words(part: Study, rows: Sequence[int] | None = None) -> FittedWords:
    """Fit all tries on the training texts and keep the best on validation, the first of equals.

    rows: which training texts; None for all
    A data set without any word of two letters gets the shares of its classes.
    """
    texts, labels = texts_of(part.train), np.array(values(part.train, "label"))
    if rows is not None:
        texts, labels = [texts[row] for row in rows], labels[list(rows)]
    classes = len(part.label_names)
    found = [one for one in (_fitted(part, texts, labels, least) for least in RAREST) if one]
    if found:
        return max((each for group in found for each in group), key=lambda one: one.accuracy)
    return _shares(part, labels, classes)


def _fitted(part: Study, texts: list[str], labels: Labels, least: int) -> list[FittedWords]:
    """One try for each strength; none where no word occurs often enough."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    vectoriser = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=least)
    try:
        known = vectoriser.fit_transform(texts)
    except ValueError:  # an empty vocabulary
        return []
    held, wanted = vectoriser.transform(texts_of(part.validation)), values(part.validation, "label")
    found = []
    for strength in STRENGTHS:
        regression = LogisticRegression(C=strength, max_iter=500)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # judged on validation as it is
            regression.fit(known, labels)
        words = word_weights(vectoriser, regression, len(part.label_names))
        setting = f"C {strength:g}, words and pairs that occur in {least} or more texts"
        found.append(FittedWords(words, setting, float(regression.score(held, wanted))))
    return found


def _shares(part: Study, labels: Labels, classes: int) -> FittedWords:
    counts = np.bincount(labels, minlength=classes)
    bias = np.where(counts, np.log(np.maximum(counts, 1) / len(labels)), NEVER_SEEN)
    nothing = np.zeros((1, classes), np.float32)
    words = WordWeights(("",), np.ones(1, np.float32), nothing, bias.astype(np.float32))
    right = np.array(values(part.validation, "label")) == int(bias.argmax())
    return FittedWords(words, "no word of two letters: the shares of classes", float(right.mean()))

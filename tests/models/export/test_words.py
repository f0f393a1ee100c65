import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from labkit.models.export.package import Classes, package_words
from labkit.models.export.predict import Classifier
from labkit.models.export.words import NEVER_SEEN, word_weights
from tests.helpers import tiny


@pytest.mark.parametrize("classes", [2, 3])
def test_plain_arrays_give_the_probabilities_of_scikit_learn(tmp_path, classes):
    texts, labels = tiny.texts(classes=classes)
    vectoriser = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    regression = LogisticRegression(C=10).fit(vectoriser.fit_transform(texts), labels)
    words = word_weights(vectoriser, regression, classes)
    names = tuple(f"class {n}" for n in range(classes))
    folder = package_words(tmp_path, words, Classes(names))
    asked = [*texts[:5], "Word1 WORD1 word2, word9!", "nothing known", ""]
    wanted = regression.predict_proba(vectoriser.transform(asked))
    np.testing.assert_allclose(Classifier(folder).probabilities(asked), wanted, atol=1e-5)


def test_a_class_without_texts_never_wins():
    texts, labels = tiny.texts(classes=2)
    vectoriser = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    regression = LogisticRegression().fit(vectoriser.fit_transform(texts), labels)
    words = word_weights(vectoriser, regression, 3)
    assert words.bias[2] == NEVER_SEEN and not words.weight[:, 2].any()

"""The floor: what is reached without any neural network."""

import torch
from torch import Tensor

from labkit.data import Study
from labkit.data.encoding.encoded_study import texts_of


def majority(part: Study) -> Tensor:
    """Log shares of the training classes, the same for every test row, (rows, classes).

    errors: ValueError for a data set without classes
    """
    part.check_classes()
    counts = torch.bincount(torch.tensor(part.train["label"]), minlength=len(part.label_names))
    shares = (counts / counts.sum()).clamp(min=1e-6).log()
    return shares.expand(len(part.test), -1)


def tfidf(part: Study) -> Tensor:
    """Log probabilities (test rows, classes) of logistic regression on single words and pairs.

    Nothing is tuned: scikit-learn's settings, words and word pairs, logarithm of the counts.
    Where no train text has a word of two letters, only the shares of the classes are left.
    A class that does not occur in train gets a probability of one in a million.
    errors: ValueError for a data set without classes
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    part.check_classes()
    texts = texts_of(part.train)
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=1)
    if not any(map(words.build_analyzer(), texts)):
        return majority(part)
    model = make_pipeline(words, LogisticRegression(C=10, max_iter=1000))
    model.fit(texts, part.train["label"])
    logits = torch.full((len(part.test), len(part.label_names)), 1e-6)
    classes = torch.as_tensor(model.classes_)
    logits[:, classes] = torch.as_tensor(model.predict_proba(texts_of(part.test))).float()
    return logits.clamp(min=1e-6).log()

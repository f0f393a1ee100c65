"""Whether texts of one class lie together: in their own space, and in a t-SNE picture of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from labkit.losses.arguments import check_finite

PERPLEXITIES = (5.0, 30.0, 100.0)


@dataclass(frozen=True)
class Scatter:
    """One t-SNE picture with its number."""

    perplexity: float
    points: NDArray[np.float32]
    """(rows, 2), no unit: distances in it are not distances of the features."""
    silhouette: float
    """Of the classes in the picture, in [-1, 1]."""


def silhouette(features: Tensor, labels: Tensor) -> float:
    """How much nearer a text is to its own class than to the next one, mean, in [-1, 1].

    Source: Rousseeuw 1987, with Euclidean distance.

    features: (rows, width); labels: (rows,) class numbers
    errors: ValueError for numbers that are not finite, lengths that differ, or fewer than 2 classes

    Trap: it rewards round classes. A linear probe can be perfect where this is near 0.
    """
    from sklearn.metrics import silhouette_score

    _check(features, labels)
    return float(silhouette_score(_numbers(features), labels.cpu().numpy()))


def linear_probe(train: Tensor, train_labels: Tensor, test: Tensor, test_labels: Tensor) -> float:
    """Test accuracy of logistic regression on the features, in [0, 1].

    Source: Alain and Bengio 2016 (arXiv:1610.01644). Features are scaled by the spread of each
    dimension in train, C = 1, so that no space wins by the size of its numbers.

    train, test: (rows, width) features; labels: (rows,) class numbers
    errors: as in silhouette
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    _check(train, train_labels)
    _check(test, test_labels, fewest=1)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    model.fit(_numbers(train), train_labels.cpu().numpy())
    return float(model.score(_numbers(test), test_labels.cpu().numpy()))


def tsne(
    features: Tensor,
    labels: Tensor,
    perplexities: Sequence[float] = PERPLEXITIES,
    seed: int = 0,
) -> list[Scatter]:
    """t-SNE pictures of one set of features, one for each perplexity, each with its silhouette.

    Source: van der Maaten and Hinton 2008; scikit-learn, started from PCA.

    features: (rows, width); labels: (rows,), not seen by t-SNE; 300 rows take about a second each
    errors: as in silhouette, and for a perplexity that is not below the number of rows

    Trap: the perplexity moves the picture's silhouette more than most methods do.
    """
    from sklearn.manifold import TSNE

    _check(features, labels)
    given = features.detach().cpu().float().numpy()
    scatters = []
    for perplexity in perplexities:
        if not 0 < perplexity < len(given):
            raise ValueError(
                f"got perplexity {perplexity} for {len(given)} rows, wanted a number above 0 and "
                "below the number of rows; 5 to 50 are usual"
            )
        points = TSNE(perplexity=perplexity, init="pca", random_state=seed).fit_transform(given)
        scatters.append(Scatter(perplexity, points, silhouette(torch.as_tensor(points), labels)))
    return scatters


def _numbers(features: Tensor) -> NDArray[np.float64]:
    """For scikit-learn, which knows no other device than the processor."""
    return features.detach().cpu().double().numpy()


def _check(features: Tensor, labels: Tensor, fewest: int = 2) -> None:
    check_finite(features, "features")
    if features.ndim != 2 or labels.shape != (len(features),):
        raise ValueError(
            f"got features of shape {tuple(features.shape)} and labels of shape "
            f"{tuple(labels.shape)}, wanted (rows, width) and (rows,)"
        )
    if labels.is_floating_point():
        raise ValueError("got scores as labels, wanted class numbers; cut the scores into classes")
    if len(labels.unique()) < fewest:
        raise ValueError(f"got rows of one class, wanted at least {fewest}; take more rows")

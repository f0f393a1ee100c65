"""Numbers about a model: how often it is right, how sure, how close to its teacher, how costly."""

from statistics import median
from time import perf_counter

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labkit.data.encoding.encoded import Encoded, first_rows
from labkit.evaluation.predict import predict
from labkit.losses.arguments import (
    check_finite,
    check_float,
    check_labels,
    check_logits,
    check_rows,
)
from labkit.models.size import mib, parameters

__all__ = [
    "accuracy",
    "agreement",
    "ece",
    "kl_to_teacher",
    "macro_f1",
    "mcc",
    "mib",
    "milliseconds",
    "nll",
    "parameters",
    "pearson",
    "predict",
    "spearman",
]


def accuracy(logits: Tensor, labels: Tensor) -> float:
    """The share of rows whose largest logit is that of the label, in [0, 1].

    logits: (rows, classes); labels: (rows,) class numbers; the first of equal logits counts
    errors: ValueError for shapes that do not fit, labels out of range, numbers not finite
    """
    return float((_choices(logits, labels) == labels).double().mean())


def macro_f1(logits: Tensor, labels: Tensor) -> float:
    """The mean over the classes of F1, the harmonic mean of precision and recall, in [0, 1].

    logits: (rows, classes); labels: (rows,) class numbers
    errors: as in accuracy

    Trap: a class that neither occurs in the labels nor is ever predicted is left out of the mean;
    one that occurs in only one of the two counts as 0. So a small test set without a rare class
    is not to be compared with one that has it.
    """
    from sklearn.metrics import f1_score

    chosen = _choices(logits, labels)
    return float(f1_score(labels.cpu(), chosen.cpu(), average="macro", zero_division=0))


def mcc(logits: Tensor, labels: Tensor) -> float:
    """Matthews' correlation of choices and labels: 1 perfect, 0 chance, never below -1.

    Source: Matthews 1975; for several classes Gorodkin 2004. CoLA's measure in GLUE.

    logits: (rows, classes); labels: (rows,) class numbers
    errors: as in accuracy

    Trap: 0 also when all rows are given one class, where the formula divides by 0.
    """
    from sklearn.metrics import matthews_corrcoef

    chosen = _choices(logits, labels)
    return float(matthews_corrcoef(labels.cpu(), chosen.cpu()))


def pearson(scores: Tensor, labels: Tensor) -> float:
    """Linear correlation of predicted and true scores, in [-1, 1].

    scores: (rows,) or (rows, 1); labels: (rows,) real numbers
    returns not-a-number when one of the two is constant, where no correlation exists
    errors: ValueError for shapes that do not fit, fewer than 2 rows, numbers not finite
    """
    from scipy.stats import pearsonr

    predicted, true = _scores(scores, labels)
    if _constant(predicted) or _constant(true):
        return float("nan")
    return float(pearsonr(predicted, true).statistic)


def spearman(scores: Tensor, labels: Tensor) -> float:
    """Correlation of the ranks of predicted and true scores, in [-1, 1]; ties share a rank.

    scores: (rows,) or (rows, 1); labels: (rows,) real numbers
    returns not-a-number when one of the two is constant, where no correlation exists
    errors: as in pearson
    """
    from scipy.stats import spearmanr

    predicted, true = _scores(scores, labels)
    if _constant(predicted) or _constant(true):
        return float("nan")
    return float(spearmanr(predicted, true).statistic)


def nll(logits: Tensor, labels: Tensor) -> float:
    """Minus the log-probability of the label, mean over the rows, in nats; log(classes) is chance.

    logits: (rows, classes); labels: (rows,) class numbers
    errors: as in accuracy
    """
    _check(logits, labels)
    return float(F.cross_entropy(logits.double(), labels.long()))


def ece(logits: Tensor, labels: Tensor, bins: int = 15) -> float:
    """Expected calibration error: how far confidence is from accuracy, in [0, 1], 0 is best.

    Source: Guo et al. 2017 (arXiv:1706.04599), eq. 3. The confidence is the largest probability.
    [0, 1] is cut into `bins` equal parts, each with its upper edge; each part's |accuracy - mean
    confidence| counts by its share of the rows.

    logits: (rows, classes); labels: (rows,) class numbers
    errors: as in accuracy, and for bins below 1

    Trap: it depends on the number of bins and comes out too high on few rows: on 500 rows a
    perfectly calibrated model still gets about 0.03 at two classes and 0.05 at six.
    """
    chosen = _choices(logits, labels)
    if bins < 1:
        raise ValueError(f"got {bins} bins, wanted at least 1 (15 are usual)")
    confidence = F.softmax(logits.double(), dim=1).amax(dim=1)
    right = (chosen == labels).double()
    place = (confidence * bins).ceil().long().clamp(1, bins) - 1
    gap = torch.zeros(bins, dtype=torch.float64, device=logits.device)
    return float(gap.index_add(0, place, right - confidence).abs().sum() / len(logits))


def agreement(student: Tensor, teacher: Tensor) -> float:
    """The share of rows on which student and teacher choose the same class, in [0, 1].

    Source: Stanton et al. 2021 (arXiv:2106.05945), top-1 agreement, one measure of fidelity.

    student, teacher: (rows, classes) logits
    errors: ValueError for shapes that differ, one class, numbers not finite

    Trap: it can be low while the accuracy is high, and the other way round.
    """
    check_logits(student, teacher)
    return float((student.argmax(dim=1) == teacher.argmax(dim=1)).double().mean())


def kl_to_teacher(student: Tensor, teacher: Tensor) -> float:
    """KL(teacher || student) at temperature 1, mean over the rows, in nats; 0 when they agree.

    Source: Stanton et al. 2021 (arXiv:2106.05945), predictive KL, one measure of fidelity.

    student, teacher: (rows, classes) logits
    errors: as in agreement
    """
    check_logits(student, teacher)
    log_p = F.log_softmax(student.double(), dim=1)
    log_q = F.log_softmax(teacher.double(), dim=1)
    return float(F.kl_div(log_p, log_q, log_target=True, reduction="batchmean"))


def milliseconds(model: nn.Module, encoded: Encoded, rows: int = 64, repeats: int = 5) -> float:
    """Milliseconds per 1000 texts: the median of some timed passes over the first rows.

    rows: how many texts a pass takes, in one batch if they are 64 or fewer; repeats: passes
    One pass before the first timed one is not counted. Tokenising is not included.
    errors: ValueError for rows or repeats below 1

    Trap: it depends on the machine, its threads, its load and the lengths of the texts: compare
    only numbers that were taken one after the other on the same texts.
    """
    if rows < 1 or repeats < 1:
        raise ValueError(f"got rows {rows} and repeats {repeats}, wanted both at least 1")
    some = first_rows(encoded, rows)
    predict(model, some)
    seconds = []
    for _ in range(repeats):
        start = perf_counter()
        predict(model, some)
        seconds.append(perf_counter() - start)
    return 1e6 * median(seconds) / len(some)


def _check(logits: Tensor, labels: Tensor) -> None:
    check_rows(logits)
    check_labels(labels, logits)
    check_finite(logits, "logits")


def _choices(logits: Tensor, labels: Tensor) -> Tensor:
    """The class with the largest logit in each row, (rows,)."""
    _check(logits, labels)
    return logits.argmax(dim=1)


def _scores(scores: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Both as float64 (rows,) on the CPU."""
    check_float(scores, "scores")
    rows = len(labels)
    if scores.shape not in ((rows,), (rows, 1)) or labels.ndim != 1 or rows < 2:
        raise ValueError(
            f"got scores of shape {tuple(scores.shape)} and labels of shape "
            f"{tuple(labels.shape)}, wanted (rows,) or (rows, 1) and (rows,), rows at least 2"
        )
    check_finite(scores, "scores")
    check_finite(labels, "labels")
    return scores.detach().double().flatten().cpu(), labels.double().cpu()


def _constant(values: Tensor) -> bool:
    return bool((values == values[0]).all())

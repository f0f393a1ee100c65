"""Losses against the numbers that public implementations give for the same tensors."""

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from labkit import losses
from tests.helpers.loss_tensors import (
    FEATURES_S,
    FEATURES_T,
    HIDDEN_S,
    HIDDEN_T,
    LABELS,
    STUDENT,
    STUDENT_2,
    TEACHER,
    TEACHER_2,
    TWICE,
)

# Numbers from running public code on the tensors above, in float64:
# megvii-research/mdistiller kd_loss, dkd_loss and its two terms; sunshangquan/
# logit-standardization-KD kd_loss; lenscloth/RKD RkdDistance, RKdAngle (also with row 3 a copy of
# row 1); intersun/PKD-for-BERT-Model-Compression patience_loss before its cast to half;
# hunto/DIST_KD pearson_correlation over classes and over the batch, times tau squared.
REFERENCE: dict[str, tuple[float, Callable[[torch.dtype], Tensor]]] = {
    "hinton T=1": (0.6961294985805343, lambda d: losses.soft_kl(STUDENT.to(d), TEACHER.to(d), 1)),
    "hinton T=2": (0.8932045672254272, lambda d: losses.soft_kl(STUDENT.to(d), TEACHER.to(d), 2)),
    "hinton T=4": (0.9496644287810478, lambda d: losses.soft_kl(STUDENT.to(d), TEACHER.to(d))),
    "hinton two classes": (
        0.12572706127760092,
        lambda d: losses.soft_kl(STUDENT_2.to(d), TEACHER_2.to(d), 2.0),
    ),
    "z-score": (0.80787628951803, lambda d: losses.zscore_kl(STUDENT.to(d), TEACHER.to(d))),
    "z-score two classes": (
        0.7202365397939552,
        lambda d: losses.zscore_kl(STUDENT_2.to(d), TEACHER_2.to(d)),
    ),
    "z-score total": (
        7.455809284895761,
        lambda d: (
            0.1 * F.cross_entropy(STUDENT.to(d), LABELS)
            + 9 * losses.zscore_kl(STUDENT.to(d), TEACHER.to(d))
        ),
    ),
    "dkd": (
        6.728675763586944,
        lambda d: losses.decoupled_kl(STUDENT.to(d), TEACHER.to(d), LABELS),
    ),
    "dkd target": (
        0.30165247209348944,
        lambda d: losses.target_class_kl(STUDENT.to(d), TEACHER.to(d), LABELS),
    ),
    "dkd non-target": (
        0.8033779114366818,
        lambda d: losses.nontarget_class_kl(STUDENT.to(d), TEACHER.to(d), LABELS),
    ),
    "rkd distance": (
        0.04642856563945687,
        lambda d: losses.relation_distance(FEATURES_S.to(d), FEATURES_T.to(d)),
    ),
    "rkd distance, copy": (
        0.07799324042390604,
        lambda d: losses.relation_distance(TWICE.to(d), FEATURES_T.to(d)),
    ),
    "rkd angle": (
        0.05405871399447549,
        lambda d: losses.relation_angle(FEATURES_S.to(d), FEATURES_T.to(d)),
    ),
    "rkd angle, copy": (
        0.07628290271055808,
        lambda d: losses.relation_angle(TWICE.to(d), FEATURES_T.to(d)),
    ),
    "pkd": (0.5314975943930981, lambda d: losses.patience(HIDDEN_S.to(d), HIDDEN_T.to(d))),
    "dist": (2.156242882942135, lambda d: losses.correlation(STUDENT.to(d), TEACHER.to(d))),
    "dist tau=4": (
        33.81917944586539,
        lambda d: losses.correlation(STUDENT.to(d), TEACHER.to(d), temperature=4),
    ),
    "dist inter": (
        1.01824530434096,
        lambda d: losses.correlation(STUDENT.to(d), TEACHER.to(d), intra=0),
    ),
    "dist intra": (
        1.137997578601175,
        lambda d: losses.correlation(STUDENT.to(d), TEACHER.to(d), inter=0),
    ),
}


@pytest.mark.filterwarnings("ignore::labkit.losses.LossWarning")
@pytest.mark.parametrize("name", REFERENCE)
def test_value_equals_that_of_the_public_code(name: str) -> None:
    wanted, loss = REFERENCE[name]
    assert float(loss(torch.float64)) == pytest.approx(wanted, abs=1e-6)
    assert float(loss(torch.float32)) == pytest.approx(wanted, rel=2e-6, abs=1e-6)
    assert loss(torch.float64).dtype == torch.float64
    assert loss(torch.float32).dtype == torch.float32


def test_zscore_of_the_first_row_equals_that_of_the_public_code() -> None:
    z = losses.zscore(TEACHER)
    # sunshangquan/logit-standardization-KD, normalize, first row
    wanted = [-1.637676898855, -0.723951908760, 0.066104690402]
    wanted += [0.625562444259, 0.878701370362, 0.791260302590]
    assert z[0].tolist() == pytest.approx(wanted, abs=1e-9)

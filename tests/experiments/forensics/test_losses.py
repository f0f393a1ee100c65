"""Which losses the arms lower: what is dead at two classes, and what is not at three."""

import pytest
import torch
import torch.nn.functional as F

from labkit.experiments.forensics.losses import (
    FIRST_STAGE,
    SECOND_STAGE,
    cross_entropy_of_zscores,
)


def gradient(loss, logits):
    leaf = logits.clone().requires_grad_()
    (found,) = torch.autograd.grad(loss(leaf), leaf)
    return found.norm().item()


@pytest.mark.parametrize(("classes", "alive"), [(2, False), (3, True), (6, True)])
def test_cross_entropy_of_zscores_teaches_only_with_more_than_two_classes(classes, alive):
    logits = torch.randn(1, classes, generator=torch.Generator().manual_seed(0))
    found = gradient(lambda z: cross_entropy_of_zscores(z, torch.tensor([0])), logits)
    assert (found > 1e-2) is alive
    assert gradient(lambda z: F.cross_entropy(z, torch.tensor([0])), logits) > 1e-2


def test_weights_of_every_arm_sum_to_one():
    for losses in (*FIRST_STAGE.values(), *SECOND_STAGE.values()):
        assert losses.ce + losses.kd + losses.gan == pytest.approx(1)


def test_arms_differ_in_what_their_names_say():
    assert FIRST_STAGE["zscore"].hard is F.cross_entropy
    assert FIRST_STAGE["zscored_both"].hard is cross_entropy_of_zscores
    assert FIRST_STAGE["zscore"].soft is FIRST_STAGE["zscored_both"].soft
    assert FIRST_STAGE["kl"].soft is not FIRST_STAGE["zscore"].soft
    assert FIRST_STAGE["small_steps"].learning_rate < FIRST_STAGE["labels"].learning_rate / 10
    with_gan = {arm for arm, losses in SECOND_STAGE.items() if losses.gan}
    assert with_gan == {"again_zscored_gan", "then_raw_gan"}

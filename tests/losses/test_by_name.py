import pytest
import torch

from labkit.losses.by_name import by_name, decoupled, intra_only, named, relations_of_logits
from labkit.losses.decoupled import decoupled_kl, target_class_kl
from labkit.losses.kl import logit_mse, soft_kl
from labkit.losses.standardised import batch_scale, batch_scaled_kl, repaired_zscore_kl, zscore_kl
from labkit.methods.distill import DistillConfig, Weights, distill
from labkit.training.teacher_logits import StoredTargets
from tests.helpers import tiny


def logits(classes=4, rows=16, seed=0, scale=3.0):
    chance = torch.Generator().manual_seed(seed)
    return scale * torch.randn(rows, classes, generator=chance, dtype=torch.float64)


def gradient(loss, student, teacher, temperature=2.0):
    leaf = student.clone().requires_grad_()
    loss(leaf, teacher, temperature).backward()
    return leaf.grad


def with_labels(loss, rows=16, classes=4):
    return loss.given(torch.arange(rows) % classes) if hasattr(loss, "given") else loss


@pytest.mark.parametrize("name", by_name)
def test_every_named_loss_is_zero_on_itself_and_leaves_the_teacher_alone(name):
    loss = with_labels(named(name))
    student, teacher = logits(), logits(seed=1).requires_grad_()
    assert loss(student, student, 2.0).item() == pytest.approx(0, abs=1e-5)
    value = loss(student.requires_grad_(), teacher, 2.0)
    value.backward()
    assert value.ndim == 0
    assert value > 0
    assert student.grad.abs().sum() > 0
    assert teacher.grad is None


def test_logit_mse_is_the_mean_over_rows_and_classes():
    student, teacher = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.0, 4.0]])
    assert logit_mse(student, teacher).item() == pytest.approx((1 + 4) / 2)


def test_half_of_the_logit_mse_is_what_soft_kl_becomes_when_hot_and_nothing_is_shifted():
    student, teacher = logits(), logits(seed=1)
    centred = [side - side.mean(1, keepdim=True) for side in (student, teacher)]
    hot = soft_kl(student, teacher, 1e4)
    assert logit_mse(*centred).item() / 2 == pytest.approx(hot.item(), rel=1e-3)


def test_one_scale_for_the_batch_keeps_the_order_of_confidence():
    rows = torch.tensor([[1.0, -1.0], [4.0, -4.0], [-2.0, 2.0]])
    scaled = batch_scale(rows)
    ratio = scaled / rows
    assert torch.allclose(ratio, ratio[0, 0].expand_as(ratio))
    assert scaled.square().sum().item() == pytest.approx(3)


def test_the_batch_scaled_loss_sees_neither_scale_nor_shift_of_a_side():
    student, teacher = logits(), logits(seed=1)
    plain = batch_scaled_kl(student, teacher)
    shift = logits(classes=1, seed=2)
    torch.testing.assert_close(batch_scaled_kl(7 * student + shift, 0.2 * teacher), plain)
    torch.testing.assert_close(soft_kl(batch_scale(student), batch_scale(teacher), 2.0), plain)


def test_equal_logits_do_not_explode():
    found = gradient(batch_scaled_kl, torch.zeros(16, 4, dtype=torch.float64), logits())
    assert found.abs().max() < 100


@pytest.mark.parametrize("name", ["kl", "mse", "batch_scale", "dist_intra", "zscore_repaired"])
def test_these_losses_still_teach_at_two_classes(name):
    assert gradient(named(name), logits(2), logits(2, seed=1)).norm() > 1e-2


@pytest.mark.filterwarnings("ignore::labkit.losses.LossWarning")
def test_the_z_score_teaches_nothing_at_two_classes():
    assert gradient(zscore_kl, logits(2), logits(2, seed=1)).norm() < 1e-5


def test_the_repaired_z_score_is_the_z_score_but_for_two_classes():
    student, teacher = logits(), logits(seed=1)
    assert repaired_zscore_kl(student, teacher, 2.0) == zscore_kl(student, teacher, 2.0)
    assert repaired_zscore_kl(student[:, :2], teacher[:, :2]) == batch_scaled_kl(
        student[:, :2], teacher[:, :2]
    )


def test_the_decoupled_loss_gets_its_labels_and_drops_its_empty_part_at_two_classes():
    student, teacher, labels = logits(), logits(seed=1), torch.arange(16) % 4
    wanted = decoupled_kl(student, teacher, labels, 1.0, 8.0, 2.0)
    assert decoupled.given(labels)(student, teacher, 2.0) == wanted
    student, teacher, labels = logits(2), logits(2, seed=1), torch.arange(16) % 2
    found = decoupled.given(labels)(student, teacher, 2.0)
    torch.testing.assert_close(found, target_class_kl(student, teacher, labels, 2.0))


def test_the_decoupled_loss_without_labels_says_what_to_do():
    with pytest.raises(ValueError, match="needs labels and the training texts have none"):
        decoupled.given(None)


def test_the_temperature_does_not_touch_losses_that_have_none():
    student, teacher = logits(), logits(seed=1)
    for loss in (logit_mse, relations_of_logits):
        assert loss(student, teacher, 1.0) == loss(student, teacher, 9.0)
    assert intra_only(student, teacher, 1.0) != intra_only(student, teacher, 9.0)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match="got soft_loss 'kd', wanted one of: kl, zscore"):
        named("kd")


@pytest.mark.filterwarnings("ignore::labkit.losses.LossWarning")
def test_nothing_but_the_papers_own_loss_goes_by_its_name():
    """The z-score is the paper's at two classes as well; the repair has a name of its own."""
    student, teacher = logits(2), logits(2, seed=1)
    assert named("zscore")(student, teacher, 2.0) == zscore_kl(student, teacher, 2.0)
    assert named("zscore_repaired")(student, teacher, 2.0) != zscore_kl(student, teacher, 2.0)
    with pytest.raises(ValueError, match="got soft_loss 'paper', wanted one of: kl, zscore"):
        named("paper")


@pytest.mark.parametrize("name", ["dkd", "rkd", "dist", "zscore_repaired"])
def test_a_run_can_use_it(name):
    encoded = tiny.encoded(200)
    target = StoredTargets(encoded, 4 * torch.eye(3)[encoded.labels])
    config = DistillConfig(Weights(0, 1), epochs=15, learning_rate=1e-2)
    steps = list(distill(tiny.bilstm(dropout=0), target, encoded, config, soft_loss=named(name)))
    assert steps[-1].kd < 0.5 * steps[0].kd

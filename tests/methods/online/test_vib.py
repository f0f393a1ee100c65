import pytest
import torch

from labkit.methods.online.vib import Vib, VibConfig, fit_vib


def heaps(rows=60):
    labels = torch.arange(rows) % 3
    noise = torch.randn(rows, 6, generator=torch.Generator().manual_seed(0))
    return noise + 3 * torch.eye(3, 6)[labels], labels


def test_the_kl_to_the_prior_worked_by_hand():
    # two normals of equal deviation s whose means lie 2 apart: 2^2 / (2 s^2)
    vib = Vib(4, 2, VibConfig(latent=1))
    deviation = torch.full((1, 1), float(torch.nn.functional.softplus(torch.zeros(()))) + 1e-6)
    kl = vib.kl(torch.full((1, 1), 2.0), deviation)
    assert kl.item() == pytest.approx(2.0 / deviation.item() ** 2, rel=1e-4)


def test_noise_reaches_the_class_head_in_training_and_not_in_eval():
    features, labels = heaps()
    vib = Vib(6, 3, VibConfig(latent=2))
    losses = [vib.loss(features, labels, 0.0, torch.full((1, 60, 2), v)).item() for v in (0.0, 2.0)]
    assert losses[0] != losses[1]
    wanted = torch.nn.functional.cross_entropy(vib(features), labels).item()
    assert losses[0] == pytest.approx(wanted, rel=1e-5)


def test_the_deviation_learns_from_the_class_loss():
    features, labels = heaps()
    vib = Vib(6, 3, VibConfig(latent=2))
    vib.loss(features, labels, 0.0, torch.ones(2, 60, 2)).backward()
    assert vib.to_spread.weight.grad.abs().sum() > 0


def test_it_learns_the_classes():
    features, labels = heaps()
    vib = fit_vib(features, labels, 3, VibConfig(latent=4, epochs=20, learning_rate=1e-2))
    assert (vib(features).argmax(1) == labels).float().mean() > 0.9
    assert not vib.training


@pytest.mark.parametrize("settings", [{"latent": 0}, {"samples": 0}, {"beta": -1.0}])
def test_settings_that_make_no_sense_are_refused(settings):
    with pytest.raises(ValueError, match="at least"):
        VibConfig(**settings)


def test_labels_of_other_rows_are_refused():
    features, labels = heaps()
    with pytest.raises(ValueError, match="50 labels for 60 rows"):
        fit_vib(features, labels[:50], 3, VibConfig())

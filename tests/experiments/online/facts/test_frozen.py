import torch

from labkit.experiments.online.facts import frozen as module
from labkit.experiments.online.facts.frozen import (
    FITS,
    LATENT,
    features_by_teacher,
    fitted,
    frozen_sets,
    seen_through,
    spaces,
)
from labkit.experiments.online.plan import SMOKE
from tests.helpers.online import tiny_frozen, tiny_online


def test_features_come_from_a_teacher_that_learned_and_are_centred():
    material = tiny_online.material()
    found = features_by_teacher(material, SMOKE[0])
    assert found.train.shape == (40, 16) and found.test.shape == (20, 16)
    assert torch.equal(found.test_labels, material.test.labels)
    assert found.train.mean().abs() < 0.5


def test_every_space_has_both_splits_and_its_width():
    given = tiny_frozen.frozen()
    found = spaces(given)
    assert set(FITS) <= set(found)
    for name, (train, test) in found.items():
        wide = 70 if name in ("original", "random rotation") else LATENT
        assert train.shape == (90, wide) and test.shape == (90, wide), name


def test_a_rotation_keeps_distances_and_the_original_is_left():
    given = tiny_frozen.frozen()
    found = spaces(given)
    torch.testing.assert_close(
        torch.cdist(*2 * [found["random rotation"][1]]), torch.cdist(given.test, given.test),
        atol=1e-2, rtol=1e-3,
    )  # fmt: skip
    assert torch.equal(found["original"][0], given.train)


def test_seeds_are_other_bottlenecks():
    given = tiny_frozen.frozen()
    first, second = (seen_through(fitted(given, FITS["AE"], s), given.test) for s in (0, 1))
    assert not torch.allclose(first, second)
    assert not first.requires_grad


def test_only_the_sets_that_carry_verdicts_are_taken(monkeypatch):
    monkeypatch.setattr(module, "frozen_of", lambda size: size.dataset)
    assert frozen_sets("classroom") == ["trec", "glue_sst2"]
    assert frozen_sets("smoke") == ["trec"]

"""Features of a standing teacher: made once, of the right rows, scaled by one number."""

import pytest
import torch

from labkit import paths
from labkit.experiments.online.facts import frozen as module
from labkit.experiments.online.facts.frozen import (
    features_by_teacher,
    fitted,
    frozen_sets,
    teacher_run,
)
from labkit.experiments.online.plan import LESSON, SMOKE
from labkit.models.bottlenecks import BottleneckConfig
from tests.helpers.online import made_fits, tiny_frozen, tiny_online


@pytest.fixture
def material(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "cache", lambda: tmp_path)
    return tiny_online.material()


def test_features_come_from_a_teacher_that_learned_and_are_made_once(material):
    found = features_by_teacher(material, SMOKE[0])
    assert found.train.shape == (40, 16) and found.test.shape == (20, 16)
    assert torch.equal(found.test_labels, material.test.labels)
    assert found.train.mean().abs() < 0.5
    assert not torch.allclose(found.train, material.of_teacher, atol=1e-3)
    assert found.rows == material.rows
    (file,) = material.folder.glob("pooled-*.safetensors")
    made = file.stat().st_mtime_ns
    again = features_by_teacher(material, SMOKE[0])
    assert torch.equal(again.train, found.train) and file.stat().st_mtime_ns == made


def test_the_teacher_is_that_of_the_lesson_and_learns_from_no_student():
    run = teacher_run()
    assert (run.dataset, run.arm, run.seed) == (LESSON.dataset, "kd", 0)
    assert run.train_rows == LESSON.train_rows


def test_scaled_features_have_mean_0_and_one_scale_for_all_dimensions():
    scaled = made_fits.features().scaled
    assert torch.allclose(scaled.mean(0), torch.zeros(made_fits.WIDTH), atol=1e-5)
    assert float(scaled.square().mean()) == pytest.approx(1, abs=1e-5)
    assert float(scaled[:, 0].std()) > 3 * float(scaled[:, 9].std())


def test_seeds_are_other_bottlenecks():
    given = tiny_frozen.frozen()
    first, second = (fitted(given, BottleneckConfig("ae", 8, 0.005), seed) for seed in (0, 1))
    assert not torch.allclose(first(given.test).mean, second(given.test).mean)
    assert not first.training


def test_only_the_sets_that_carry_verdicts_are_taken(monkeypatch):
    monkeypatch.setattr(module, "frozen_of", lambda size: size.dataset)
    assert frozen_sets("classroom") == ["trec", "glue_sst2"]
    assert frozen_sets("smoke") == ["trec"]


def test_the_callers_random_numbers_are_left_alone(monkeypatch):
    monkeypatch.setattr(module, "material_for", lambda run: torch.rand(3))
    monkeypatch.setattr(module, "features_by_teacher", lambda material, size: material)
    before = torch.get_rng_state()
    module.frozen_of.__wrapped__(SMOKE[0])
    assert torch.equal(torch.get_rng_state(), before)

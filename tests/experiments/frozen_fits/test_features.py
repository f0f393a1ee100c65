"""Features of a standing teacher: made once, of the right rows, scaled by one number."""

import pytest
import torch

from labkit import paths
from labkit.experiments.frozen_fits import features
from labkit.experiments.online.plan import OnlineRun
from labkit.models.top_layers import TopLayers, features_above
from tests.helpers.online import made_fits, tiny_online

RUN = OnlineRun("trec", "kd", 0, epochs=1)


@pytest.fixture
def material(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "cache", lambda: tmp_path)
    return tiny_online.material()


def test_features_belong_to_a_teacher_that_has_learned_and_are_made_once(material):
    found = features.frozen_features(material, RUN)
    assert found.train.shape[0] == len(found.train_labels) == len(material.train.labels)
    assert found.test.shape[0] == len(found.test_labels) == len(material.test.labels)
    before = features_above(TopLayers(material.encoder, 3), material.train.upper)
    assert not torch.allclose(found.train, before, atol=1e-3)
    files = list(material.folder.glob("features-*.safetensors"))
    made = files[0].stat().st_mtime_ns
    again = features.frozen_features(material, RUN)
    assert torch.equal(again.train, found.train) and files[0].stat().st_mtime_ns == made
    assert found.rows == material.rows


def test_scaled_features_have_mean_0_and_one_scale_for_all_dimensions():
    scaled = made_fits.features().scaled
    assert torch.allclose(scaled.mean(0), torch.zeros(made_fits.WIDTH), atol=1e-5)
    assert float(scaled.square().mean()) == pytest.approx(1, abs=1e-5)
    assert float(scaled[:, 0].std()) > 3 * float(scaled[:, 9].std())

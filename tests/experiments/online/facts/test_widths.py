import pytest
import torch

from labkit.experiments.online.facts import widths
from labkit.experiments.online.facts.widths import rank
from labkit.experiments.results import read_rows
from labkit.models.bottlenecks import Bottleneck, BottleneckConfig
from tests.helpers.online import tiny_frozen


def test_every_value_of_every_setting_is_fitted(tmp_path, monkeypatch):
    monkeypatch.setattr(widths, "frozen_sets", lambda scale: [tiny_frozen.frozen()])
    monkeypatch.setattr(widths, "SETTINGS", {"latent": (64, 4), "weight": (0.1,), "beta": (4.0,)})
    widths.make(tmp_path, {"title": "made up"}, "smoke")
    rows = read_rows(tmp_path / "kdfd_widths.csv")
    assert len(rows) == 4 * widths.SEEDS
    assert all(int(row["rank"]) <= 3 for row in rows)
    assert (tmp_path / "kdfd_widths.png").stat().st_size > 1000


@pytest.mark.parametrize(("latent", "wanted"), [(2, 2), (16, 3)])
def test_rank_is_that_of_the_narrower_of_passage_and_classes(latent, wanted):
    given = torch.randn(30, 20, generator=torch.Generator().manual_seed(1))
    assert rank(Bottleneck(given, 3, BottleneckConfig("linear", latent))) == wanted

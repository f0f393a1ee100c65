import pytest
import torch

from labkit.experiments.online.facts import matrices
from labkit.experiments.results import head_of, read_rows
from tests.helpers.online import tiny_frozen


def test_every_space_has_its_number_and_the_sentences_their_word(tmp_path, monkeypatch):
    monkeypatch.setattr(matrices, "frozen_sets", lambda scale: [tiny_frozen.frozen()])
    monkeypatch.setattr(matrices, "SEEDS", 3)
    matrices.make(tmp_path, {"title": "made up"}, "smoke")
    rows = {row["space"]: row for row in read_rows(tmp_path / "kdfd_figure3.csv")}
    assert set(rows) == set(matrices.DRAWN)
    for row in rows.values():
        assert 0 < float(row["low"]) <= float(row["value"]) <= float(row["high"]) < 1
        assert float(row["noise"]) == pytest.approx((2 / (3.14159 * 90)) ** 0.5, abs=1e-4)
    assert rows["original"]["seeds_low"] == rows["original"]["seeds_high"]
    words = {line["word"] for line in read_rows(tmp_path / "kdfd_figure3_verdicts.csv")}
    assert words <= {"holds", "does not hold", "open"}
    assert "line 5" in head_of(tmp_path / "kdfd_figure3_verdicts.csv")
    assert (tmp_path / "kdfd_figure3.png").stat().st_size > 1000


def test_less_correlation_counts_in_favour():
    values = {name: [0.5, 0.51, 0.52] for name in matrices.DRAWN} | {"VAE 0.005": [0.1, 0.11, 0.1]}
    line = matrices._lines("trec", values)[0]
    assert line.ours == pytest.approx(0.4067, abs=1e-3)


def test_the_picture_says_every_number():
    features = torch.randn(50, 16, generator=torch.Generator().manual_seed(0))
    picture = matrices.picture([("trec", {"original": features, "PCA": 2 * features})])
    assert picture.alt.count("mean absolute correlation 0.") == 2
    assert {"original", "PCA"} <= {a.get_title().split("\n")[0] for a in picture.figure.axes}


def test_chance_alone_shows_about_the_noise_level():
    assert matrices.chance_level(500) == pytest.approx(0.036, abs=0.006)

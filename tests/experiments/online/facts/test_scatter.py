import pytest

from labkit.experiments.online.facts import scatter
from labkit.experiments.results import read_rows
from tests.helpers.online import tiny_frozen


def test_own_space_and_pictures_have_their_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr(scatter, "frozen_sets", lambda scale: [tiny_frozen.frozen()])
    monkeypatch.setattr(scatter, "SEEDS", 3)
    scatter.make(tmp_path, {"title": "made up"}, "smoke")
    rows = {row["space"]: row for row in read_rows(tmp_path / "kdfd_figure4.csv")}
    assert set(rows) == set(scatter.DRAWN)
    assert rows["random projection"]["width"] == "64" and rows["original"]["width"] == "70"
    for row in rows.values():
        assert float(row["probe"]) > 0.9 and -1 <= float(row["silhouette"]) <= 1
        assert float(row["silhouette_5"]) > 0 and row["silhouette_100"] == ""  # 90 rows
    scores = [
        float(line["ours"])
        for line in read_rows(tmp_path / "kdfd_figure4_verdicts.csv")
        if line["measured"] == "features score"
    ]
    probes = {name: float(row["probe"]) for name, row in rows.items()}
    assert scores[0] == pytest.approx(probes["VAE 0.005"] - probes["original"], abs=0.02)
    measured = {line["measured"] for line in read_rows(tmp_path / "kdfd_figure4_verdicts.csv")}
    assert measured == {"features silhouette", "features score"}
    assert (tmp_path / "kdfd_figure4.png").stat().st_size > 1000

import pytest

from labkit.experiments.online.facts import nats
from labkit.experiments.results import read_rows
from tests.helpers.online import tiny_frozen


def test_predicted_and_trained_stand_side_by_side(tmp_path, monkeypatch):
    monkeypatch.setattr(nats, "frozen_sets", lambda scale: [tiny_frozen.frozen(steps=150)])
    nats.make(tmp_path, {"title": "made up"}, "smoke")
    rows = read_rows(tmp_path / "kdfd_nats.csv")
    assert len(rows) == len(nats.SETTINGS) * 64
    strong = [row for row in rows if (row["beta"], row["reduction"]) == ("4", "sum")]
    predicted, trained = (sum(float(row[n]) for row in strong) for n in ("predicted", "trained"))
    assert trained == pytest.approx(predicted, rel=0.15)
    mean = [row for row in rows if row["reduction"] == "mean"]
    assert sum(float(row["trained"]) for row in mean) < 0.5
    assert (tmp_path / "kdfd_nats.png").stat().st_size > 1000

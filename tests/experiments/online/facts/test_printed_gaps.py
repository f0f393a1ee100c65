import pytest

from labkit.experiments.online.facts import printed_gaps
from labkit.experiments.results import read_rows


def test_the_papers_rows_are_subtracted(tmp_path):
    printed_gaps.make(tmp_path, {"title": "made up"}, "classroom")
    rows = read_rows(tmp_path / "kdfd_printed.csv")
    cola = {row["difference"]: float(row["points"]) for row in rows if row["task"] == "cola"}
    assert cola["KDFD minus vanilla KD"] == pytest.approx(51.4 - 43.7)
    assert cola["VAE alone minus vanilla KD"] == pytest.approx(43.2 - 43.7)
    assert (tmp_path / "kdfd_printed.png").stat().st_size > 1000


def test_the_mean_without_cola_stands_beside_the_mean():
    told = printed_gaps.sentences()
    assert told["KDFD minus vanilla KD"].startswith("+1.43 points on average, 12 of 12 up")
    assert "without CoLA +0.85" in told["KDFD minus vanilla KD"]
    assert told["VAE alone minus vanilla KD"].startswith("+0.03")

from labkit.experiments.online.facts import heads
from labkit.experiments.results import head_of, read_rows
from tests.helpers.online import tiny_frozen


def test_the_theorem_holds_for_normal_draws_and_not_for_heads(tmp_path, monkeypatch):
    monkeypatch.setattr(heads, "frozen_sets", lambda scale: [tiny_frozen.frozen(steps=60)])
    heads.make(tmp_path, {"title": "made up"}, "smoke")
    rows = {row["what"]: row for row in read_rows(tmp_path / "kdfd_dependence.csv")}
    normal, other = (rows[f"mean and variance of 8 {d} draws"] for d in ("normal", "exponential"))
    assert float(normal["value"]) < 0.15 < 0.5 < float(other["value"])
    learned = rows["learned heads, trec"]
    assert float(learned["value"]) > float(learned["shuffled"]) and learned["p"] == "0.05"
    assert float(learned["class_from_mean"]) > 0.9 > float(learned["largest_class"])
    assert (
        "does not hold"
        in head_of(tmp_path / "kdfd_dependence.csv")["independent, learned heads, trec"]
    )
    assert (tmp_path / "kdfd_dependence.png").stat().st_size > 1000

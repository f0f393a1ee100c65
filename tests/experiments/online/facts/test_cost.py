from labkit.experiments.online.facts import cost
from labkit.experiments.results import head_of, read_rows
from tests.helpers.online import tiny_online


def test_online_costs_more_than_offline_in_time_and_bytes(tmp_path, monkeypatch):
    material = tiny_online.material()
    monkeypatch.setattr(cost, "material_for", lambda run: material)
    cost.make(tmp_path, {"title": "made up"}, "smoke")
    rows = {(row["student"], row["arm"]): row for row in read_rows(tmp_path / "kdfd_cost.csv")}
    assert len(rows) == len(cost.STUDENTS) * len(cost.ARMS)
    for student in cost.STUDENTS:
        assert rows[student, "kd"]["times_offline"] == "1.0"
        offline, online, kdfd = (float(rows[student, arm]["megabytes"]) for arm in cost.ARMS)
        assert offline < online < kdfd
    told = head_of(tmp_path / "kdfd_cost.csv")
    assert "1 times" in told["judging, teacher"] or "1.0 times" in told["judging, teacher"]
    assert "1.94 times" in told["judging, the paper"]
    assert (tmp_path / "kdfd_cost.png").stat().st_size > 1000

from dataclasses import replace

import pytest

from labkit.experiments.experiment import perform
from labkit.experiments.online import reproduce
from labkit.experiments.online.measure import measure_on
from labkit.experiments.online.plan import SetSize, tables
from labkit.experiments.results import head_of, read_rows
from tests.helpers.online import tiny_online

SMALL = (SetSize("trec", "bag", 40, 1, seeds=3),)


def test_every_table_has_a_title():
    assert reproduce.TITLES.keys() == tables().keys()


def test_fewer_seeds_can_be_asked_for():
    asked = reproduce.planned(["kdfd_table3"], seeds=2, sizes=SMALL)
    assert {run.seed for run in asked["kdfd_table3"]} == {0, 1}
    assert reproduce.planned(["all"], sizes=SMALL).keys() == reproduce.TITLES.keys()
    with pytest.raises(ValueError, match="no table 'kdfd_table9'"):
        reproduce.planned(["kdfd_table9"])
    with pytest.raises(ValueError, match="seeds"):
        reproduce.planned(["all"], seeds=0)


def test_a_table_is_run_and_written_with_its_verdicts(tmp_path, monkeypatch):
    material = tiny_online.material()
    # the tiny encoder is 16 wide, narrower than the usual bottleneck
    monkeypatch.setattr(
        reproduce, "measure", lambda run: measure_on(material, replace(run, latent=4))
    )
    asked = reproduce.planned(["kdfd_table2"], sizes=SMALL)
    done = list(perform(reproduce.experiment(asked, 0, tmp_path), 0))
    assert len(done) == 5 * 3
    rows = read_rows(tmp_path / "kdfd_table2.csv")
    assert [row["arm"] for row in rows[:2]] == ["online", "online_linear_teacher"]
    assert 0 <= float(rows[0]["student_score"]) <= 1
    lines = read_rows(tmp_path / "kdfd_table2_verdicts.csv")
    assert {line["said"] for line in lines} >= {"compression helps"}
    assert float(lines[0]["smallest"]) > 0 or lines[0]["ours"] == "0.0"
    assert "would have been seen" in head_of(tmp_path / "kdfd_table2_verdicts.csv")["line 1"]


def test_the_largest_table_fits_into_a_file_of_results():
    # about 110 bytes a line, 200,000 bytes a file
    assert max(len(own) for own in tables().values()) < 1800

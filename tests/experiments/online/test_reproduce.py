from dataclasses import replace
from functools import partial

import pytest

from labkit.experiments.experiment import perform, sweep_file
from labkit.experiments.online import plan, reproduce
from labkit.experiments.online.measure import measure_on
from labkit.experiments.online.plan import SetSize, tables
from labkit.experiments.results import head_of, read_rows
from labkit.experiments.run_file import RunFile
from labkit.experiments.sweep import key_of
from tests.helpers.online import tiny_online

SMALL = (SetSize("trec", "bag", 40, 1, seeds=3, test_rows=20),)


@pytest.fixture
def small(monkeypatch):
    """One tiny set in the place of all, its rows known without any file."""
    material = tiny_online.material()
    monkeypatch.setitem(plan.SCALES, "classroom", SMALL)
    monkeypatch.setattr(reproduce, "rows_mark", lambda *size: material.rows)
    # the tiny encoder is 16 wide, narrower than the usual bottleneck
    monkeypatch.setattr(reproduce, "measure", partial(narrow, material))


def narrow(material, run):
    return measure_on(material, replace(run, latent=4))


def test_every_table_has_a_title():
    assert reproduce.TITLES.keys() == tables().keys() | reproduce.FACTS.keys()


def test_names_seeds_and_sets_choose_the_runs(small):
    asked = reproduce.planned(["kdfd_table3"], seeds=2)
    assert {run.seed for run in asked["kdfd_table3"]} == {0, 1}
    assert len({run.rows for run in asked["kdfd_table3"]}) == 1
    assert reproduce.planned(["kdfd"]).keys() == reproduce.TITLES.keys()
    assert reproduce.planned(["kdfd_figure3"]) == {"kdfd_figure3": []}
    for wrong, said in (
        ({"names": ["kdfd_table9"]}, "no table 'kdfd_table9'"),
        ({"seeds": 0}, "seeds"),
        ({"scale": "huge"}, "no scale 'huge'"),
        ({"datasets": ["imdb"]}, "does not use 'imdb'"),
    ):
        with pytest.raises(ValueError, match=said):
            reproduce.planned(**{"names": ["kdfd_table3"], **wrong})


def test_a_table_is_run_and_written_with_verdicts_and_pictures(small, tmp_path):
    asked = reproduce.planned(["kdfd_table2"])
    done = list(perform(reproduce.experiment(asked, 0, folder=tmp_path), 0))
    assert len(done) == 5 * 3
    rows = read_rows(tmp_path / "kdfd_table2.csv")
    assert [row["arm"] for row in rows[:2]] == ["online", "online_linear_teacher"]
    assert 0 <= float(rows[0]["student_score"]) <= 1
    lines = read_rows(tmp_path / "kdfd_table2_verdicts.csv")
    assert "noise and KL add to the autoencoder" in {line["said"] for line in lines}
    told = head_of(tmp_path / "kdfd_table2_verdicts.csv")
    assert "would have been seen" in told["line 1"]
    for name in ("kdfd_table2.png", "kdfd_table2_verdicts.png"):
        assert (tmp_path / name).stat().st_size > 1000


def test_what_is_finished_can_be_written_alone(small, tmp_path):
    asked = reproduce.planned(["kdfd_table3"], seeds=1)
    only = [run for run in asked["kdfd_table3"] if run.arm in ("kd", "labels")]
    list(perform(reproduce.experiment({"kdfd_table3": only}, 0, folder=tmp_path), 0))
    left = reproduce.finished(reproduce.planned(["kdfd_table3"]))
    assert {run.arm for run in left["kdfd_table3"]} == {"kd", "labels"}
    assert {key_of(run) for run in only} <= RunFile(sweep_file("online")).outcomes().keys()


def test_a_run_is_told_in_one_line(small):
    asked = reproduce.planned(["kdfd_table3"], seeds=1)
    done = perform(reproduce.experiment({"kdfd_table3": asked["kdfd_table3"][:1]}, 0), 0)
    assert "labels" in reproduce.said(next(iter(done)))


def test_the_largest_table_fits_into_a_file_of_results():
    # about 110 bytes a line, 200,000 bytes a file
    assert max(len(own) for own in tables().values()) < 1800

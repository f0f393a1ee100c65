import pytest

from labkit.experiments.online import pictures
from labkit.experiments.online.plan import ARMS
from labkit.experiments.online.runs_table import write_table
from labkit.experiments.results import read_rows
from labkit.plots import roles
from tests.helpers.online.made_runs import made_run, table3


@pytest.fixture
def folder(tmp_path):
    write_table(tmp_path, "kdfd_table3", table3(), {"title": "made up"})
    return tmp_path


def test_every_arm_has_a_name_for_people_of_its_own():
    names = [roles.arm(code).name for code in ARMS]
    assert len(set(names)) == len(ARMS)


def test_a_table_and_its_verdicts_have_a_picture_each(folder):
    found = pictures.save(folder, "kdfd_table3")
    assert [path.name for path in found] == ["kdfd_table3.png", "kdfd_table3_verdicts.png"]
    assert all(path.stat().st_size > 1000 for path in found)


def test_the_alt_text_says_what_is_drawn(folder):
    picture = pictures.arms_picture(read_rows(folder / "kdfd_table3.csv"))
    assert "vanilla KD, student 0.70" in picture.alt and "teacher 0.900" in picture.alt
    lines = read_rows(folder / "kdfd_table3_verdicts.csv")
    picture = pictures.verdicts_picture(lines)
    assert "KDFD beats vanilla distillation (trec): holds, +2.00" in picture.alt
    assert "Differences in nats less nll" in picture.alt
    assert len(picture.figure.axes) == 2


def test_a_sweep_moves_one_setting_in_each_panel(tmp_path):
    runs = [
        made_run("online_vae_teacher", seed, 0.7, latent=latent, weight=weight)
        for seed in range(3)
        for latent, weight in ((64, 0.005), (16, 0.005), (64, 0.1))
    ]
    runs.append(made_run("online_vae_teacher", 0, 0.7, dataset="glue_sst2"))  # nothing moved
    write_table(tmp_path, "kdfd_figure5", runs, {"title": "made up"})
    picture = pictures.sweep_picture(read_rows(tmp_path / "kdfd_figure5.csv"))
    assert "width of the bottleneck: student at 16 0.700" in picture.alt
    ticks = [[t.get_text() for t in axes.get_xticklabels()] for axes in picture.figure.axes]
    assert ticks == [["16", "64"], ["0.005", "0.1"], ["1"]]

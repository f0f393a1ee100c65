"""The plane of the two KLs."""

from matplotlib.figure import Figure

from labkit.experiments.experiment import head
from labkit.experiments.llm import text_pictures, text_reproduce
from labkit.experiments.llm.text_plan import ARMS, TABLE
from labkit.experiments.results import read_rows
from labkit.plots import roles
from tests.helpers.llm.made_text_runs import made


def rows(tmp_path):
    done = made({arm: 0.5 + 0.1 * place for place, arm in enumerate(ARMS)}, 3)
    text_reproduce.write_table(tmp_path, done, head("t", "c", 0, done))
    return read_rows(tmp_path / f"{TABLE}.csv")


def test_each_arm_is_a_mark_with_its_name_and_its_numbers_in_words(tmp_path):
    picture = text_pictures.plane_picture(rows(tmp_path))
    (axes,) = picture.figure.axes
    named = [text.get_text() for text in axes.get_legend().get_texts()]
    assert named == [roles.arm(arm).name for arm in ARMS if arm != "teacher"]
    assert "SeqKD, longer 0.50 and 0.72" in picture.alt and "3 seeds" in axes.get_title()


def test_marks_and_looks_tell_all_arms_apart():
    assert len(set(text_pictures.MARKS.values())) == len(ARMS)


def test_arms_that_were_not_run_are_left_out(tmp_path):
    points = text_pictures.averaged(rows(tmp_path), "long")
    assert points == {}
    axes = Figure().subplots()
    assert "temperature 1: ." in text_pictures.draw_plane(axes, points, ["gakd"])

"""The best students of all data sets as one table and one picture."""

import math

import pytest
from matplotlib.figure import Figure

from labkit.experiments.best_student import pictures
from labkit.plots.roles import arm

HEAD = "dataset,arm,accuracy,parameters,times_faster"


def lines(dataset, distilled, labels=(0.7, 0.8), teacher=0.9):
    made = [f"{dataset},tfidf,0.6,,", f"{dataset},teacher,{teacher},1000,1"]
    made += [f"{dataset},labels,{value},200,12.5" for value in labels]
    return made + [f"{dataset},distilled,{value},200,12.5" for value in distilled]


@pytest.fixture
def folder(tmp_path):
    for dataset, scores in {"one": (0.8, 0.82, 0.84), "two": (0.5,)}.items():
        rows = [HEAD, *lines(dataset, scores)]
        (tmp_path / f"best_{dataset}.csv").write_text("\n".join(rows), encoding="utf-8")
    return tmp_path


def test_a_line_of_the_table_says_how_good_how_small_and_how_fast(folder):
    line = pictures.summary(pictures.shipped_rows(folder)).loc["one"]
    assert line["distilled"] == pytest.approx(0.82)
    # Student's t at two degrees of freedom is 4.303; the spread of the three is 0.02.
    assert line["distilled high"] == pytest.approx(0.82 + 4.303 * 0.02 / math.sqrt(3), abs=1e-3)
    assert line["labels only"] == pytest.approx(0.75)
    assert line["share of teacher"] == pytest.approx(0.82 / 0.9, abs=1e-4)
    assert (line["share of parameters"], line["times faster"]) == (0.2, 12.5)
    assert (line["bag of words"], line["seeds"]) == (0.6, 3)


def test_one_seed_has_no_interval(folder):
    assert math.isnan(pictures.summary(pictures.shipped_rows(folder)).loc["two", "distilled low"])


def test_the_picture_has_a_mark_an_arm_and_says_its_numbers(folder):
    axes = Figure().subplots()
    said = pictures.draw_students(axes, pictures.shipped_rows(folder))
    assert "one: bag of words 0.600, labels only 0.750, distilled 0.820, teacher 0.900" in said
    assert len(axes.lines) == 2 * len(pictures.HEIGHTS)
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["two", "one"]
    _, names = axes.get_legend_handles_labels()
    assert names == [arm(code).name for code in pictures.HEIGHTS]


def test_it_is_saved_beside_the_files(folder):
    path = pictures.save(folder)
    assert path == folder / "best.png"
    assert path.read_bytes().startswith(b"\x89PNG")

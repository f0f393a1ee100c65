"""The pictures of the tables: each can be drawn, and says what it shows in words."""

import pytest

from labkit.experiments.adversarial import pictures
from labkit.experiments.adversarial.plan import TABLES
from labkit.experiments.trial import Trial
from tests.helpers import made_runs

DRAWN = [name for name in TABLES if name not in ("table1", "table3")]


@pytest.mark.parametrize("name", DRAWN)
def test_every_table_has_a_picture_that_names_each_data_set(name):
    runs = made_runs.table(name, lambda trial: 0.5 + 0.1 * trial.gan, seeds=3)
    figure = pictures.figure_of(name, runs)
    sets = {run.config.dataset for run in runs}
    ticks = [label.get_text() for axes in figure.axes for label in axes.get_xticklabels()]
    said = [axes.get_title() for axes in figure.axes if axes.get_title()] + ticks
    assert all(any(dataset in one for one in said) for dataset in sets)


@pytest.mark.parametrize("name", ["table2", "controls", "modules", "beyond"])
def test_no_arm_is_named_by_its_name_in_the_code(name):
    runs = made_runs.table(name, lambda trial: 0.5, seeds=3)
    axes = pictures.figure_of(name, runs).axes[0]
    rows = [label.get_text() for label in axes.get_yticklabels()]
    assert len(rows) == len(set(rows)) > 3
    assert not [row for row in rows if "_" in row]


def test_a_picture_that_cannot_be_drawn_leaves_no_file(tmp_path):
    runs = [made_runs.run(Trial("trec", "labels"), 0.5)]
    with pytest.raises(ValueError, match="no runs"):
        pictures.save("table8", runs, tmp_path / "table8.png")
    assert not list(tmp_path.iterdir())


def test_a_picture_is_written_whole(tmp_path):
    runs = made_runs.table("table13", lambda trial: 0.5, seeds=3)
    pictures.save("table13", runs, tmp_path / "t.png")
    assert (tmp_path / "t.png").read_bytes().startswith(b"\x89PNG")

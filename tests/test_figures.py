import made_runs
import pytest

from labkit import figures
from labkit.tables import TABLES
from labkit.trials import Trial

DRAWN = [name for name in TABLES if name not in ("table1", "table3")]


@pytest.mark.parametrize("name", DRAWN)
def test_every_table_has_a_picture_with_a_panel_for_each_data_set(name):
    runs = made_runs.table(name, lambda trial: 0.5 + 0.1 * trial.gan, seeds=3)
    figure = figures.draw(name, runs)
    sets = {run.trial.dataset for run in runs}
    titles = [axes.get_title() for axes in figure.axes if axes.get_title()]
    assert len(titles) == len(sets)
    assert all(any(dataset in title for title in titles) for dataset in sets)


def test_a_picture_that_cannot_be_drawn_leaves_no_file(tmp_path):
    runs = [made_runs.run(Trial("trec", "labels"), 0.5)]
    with pytest.raises(ValueError, match="no runs"):
        figures.save("table8", runs, tmp_path / "table8.png")
    assert not list(tmp_path.iterdir())


def test_a_picture_is_written_whole(tmp_path):
    runs = made_runs.table("table13", lambda trial: 0.5, seeds=3)
    figures.save("table13", runs, tmp_path / "t.png")
    assert (tmp_path / "t.png").read_bytes().startswith(b"\x89PNG")

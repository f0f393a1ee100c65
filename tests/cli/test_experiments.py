"""The commands sweep and frozen-fits: what they hand on and print."""

import sys

import pytest

from labkit.cli import main as cli
from labkit.experiments import experiment
from labkit.experiments.frozen_fits import pictures as frozen_pictures
from labkit.experiments.online.facts import frozen, spaces
from labkit.experiments.result import Result
from tests.helpers.online import made_fits


def test_a_sweep_tells_of_new_runs_only_and_counts_all(asked, capsys):
    assert cli.main(["sweep", "table8", "--seeds", "2", "--workers", "3"]) == 0
    said = capsys.readouterr()
    assert asked["seeds"] == 2
    assert asked["processes"] == asked["given"][1] == 3
    assert asked["executor"] == "local"
    assert "seed 1" in said.err
    assert "seed 0" not in said.err
    assert "2 of 2 runs are finished; new ones took 2 s one by one" in said.out


def test_a_sweep_hands_on_where_its_runs_are_computed(asked):
    assert cli.main(["sweep", "table8", "--executor", "slurm"]) == 0
    assert asked["executor"] == "slurm"


def test_tables_say_where_their_runs_were_computed(asked):
    assert cli.main(["reproduce", "table8", "--executor", "dask"]) == 0
    assert asked["executor"] == "dask"
    assert "labkit reproduce table8 --executor dask" in asked["given"]


def test_a_missing_executor_is_one_line_that_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ray", None)
    assert cli.main(["sweep", "table8", "--scale", "smoke", "--executor", "ray"]) == 2
    assert "pip install 'labkit[ray]'" in capsys.readouterr().err


def test_frozen_fits_tell_each_fit_and_draw_their_pictures(monkeypatch, capsys, tmp_path):
    made, drawn = made_fits.features(), []

    def fitted(fits, count, executor):
        for place, one in enumerate(fits.configs[:2]):
            assert one.rows == made.rows
            yield Result(str(place), one, {"nats": 3.0, "accuracy": 0.8})

    monkeypatch.setattr(experiment, "perform", fitted)
    monkeypatch.setattr(frozen, "lesson_features", lambda: made)
    monkeypatch.setattr(spaces, "spaces", lambda features: {})
    monkeypatch.setattr(frozen_pictures, "save", lambda folder, *_: drawn.append(folder))
    assert cli.main(["frozen-fits", "--workers", "1", "--seeds", "1"]) == 0
    said = capsys.readouterr()
    assert "1/40  width 4 beta 0.25 lambda 0.005 seed 0  3.0 nats  accuracy 0.8000" in said.err
    assert drawn[0].name == "online"


@pytest.mark.parametrize("command", ["sweep", "explorer", "reproduce"])
def test_help_names_the_papers_scale_only_where_it_runs(command, capsys):
    with pytest.raises(SystemExit):
        cli.main([command, "--help"])
    said = capsys.readouterr().out
    assert "smoke for a quick trial" in " ".join(said.split())
    assert ("at paper" in " ".join(said.split())) is (command == "reproduce")


@pytest.mark.parametrize("table", ["table8", "forensics", "long_chain"])
def test_a_table_that_does_not_run_on_the_papers_models_says_so(table, capsys):
    assert cli.main(["reproduce", table, "--scale", "paper"]) == 2
    assert "no scale 'paper'; there are classroom, full, smoke" in capsys.readouterr().err

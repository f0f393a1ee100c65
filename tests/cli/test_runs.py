"""What the commands that train share: counts, folders of results, a line per run."""

import argparse

import pytest

from labkit import paths
from labkit.cli.runs import count, results_folder, show, trial_line
from labkit.experiments.result import Result
from labkit.experiments.trial import Trial


def made(seed, again=False):
    outcome = {"accuracy": 0.9, "seconds": 2.0}
    return Result(str(seed), Trial("trec", "labels", seed, kd=0.5, gan=0.1), outcome, again=again)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "two", ""])
def test_a_count_is_a_whole_number_from_one_up(text):
    assert count("12") == 12
    with pytest.raises(argparse.ArgumentTypeError, match="a whole number from 1 up"):
        count(text)


def test_only_the_classroom_scale_writes_into_the_project():
    assert results_folder("ladder") == paths.results("ladder")
    assert results_folder("ladder", "smoke") == paths.cache() / "smoke" / "ladder"


def test_new_runs_have_a_line_and_all_are_counted(capsys):
    show(iter([made(0, again=True), made(1)]), 3, 2)
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert said.err.startswith("2/3  trec")
    assert "2 of 3 runs are finished; new ones took 2 s one by one" in said.out


def test_another_study_says_its_runs_in_its_own_words(capsys):
    show(iter([made(1)]), 1, 1, lambda result: f"mine {result.config.seed}")
    assert "1/1  mine 1" in capsys.readouterr().err


def test_the_line_of_a_trial_names_its_weights():
    assert "kd 0.5 gan 0.1 seed 4  accuracy 0.900" in trial_line(made(4))

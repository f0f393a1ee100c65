"""The arms of the prompt distillation as a command."""

import sys

import pytest

from labkit import paths
from labkit.cli import llm_prompt_arms
from labkit.cli import main as cli
from labkit.experiments.llm_prompt_arms import arms
from labkit.experiments.llm_prompt_arms.plan import TABLE as PLANNED
from labkit.experiments.results import head_of, read_rows
from tests.helpers.llm import tiny_arms


@pytest.fixture
def small(monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    tiny_arms.install(monkeypatch)
    monkeypatch.setattr(arms, "JUDGE_LAYERS", 2)
    yield
    tiny_arms.forget()


def test_a_quick_trial_chooses_runs_and_writes_its_files_and_goes_on(small, monkeypatch, capsys):
    given = ["reproduce", "llm_prompt_arms", "--seeds", "1", "--scale", "smoke"]
    monkeypatch.setattr(sys, "argv", ["labkit", *given])
    assert cli.main(given) == 0
    assert "reverse_kl_own" in capsys.readouterr().err
    folder = paths.cache() / "smoke" / "llm"
    told = head_of(folder / "llm_prompt_arms.csv")["command"]
    assert told == "labkit reproduce llm_prompt_arms --seeds 1 --scale smoke"
    assert len(read_rows(folder / "llm_prompt_arms_validation.csv")) == 6 * 2
    assert (folder / "llm_prompt_arms_verdicts.csv").exists()
    assert cli.main(given) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("more", [["table2"], ["--dataset", "trec"]])
def test_it_is_asked_for_alone(small, capsys, more):
    assert cli.main(["reproduce", "llm_prompt_arms", *more]) == 2
    assert "wanted llm_prompt_arms alone" in capsys.readouterr().err


def test_the_command_names_the_table_of_the_plan():
    assert llm_prompt_arms.TABLE == PLANNED

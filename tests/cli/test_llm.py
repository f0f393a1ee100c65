"""The word task as a command."""

import sys
from itertools import product

import pytest

from labkit import paths
from labkit.cli import llm
from labkit.cli import main as cli
from labkit.experiments.llm import material
from labkit.experiments.llm.plan import TABLE as PLANNED
from labkit.experiments.llm.words_sweep import SWEEP_TABLE
from labkit.experiments.results import head_of, read_rows

ARMS = ("start", "gad_likelihood", "exact_reward")
WORDS = tuple("".join(letters) for letters in product("abcd", repeat=4))[:80]


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Few words, and a cache of its own; in this process, where the words are changed."""
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    monkeypatch.setattr(material, "all_words", lambda: WORDS)
    from labkit.experiments import experiment
    from labkit.experiments.llm import plan

    real = experiment.run_only
    every = plan.planned
    monkeypatch.setattr(plan, "planned", lambda seeds, scale: every(seeds, scale, ARMS))
    monkeypatch.setattr(experiment, "run_only", lambda study, count, where: real(study, 0))


def test_a_quick_trial_writes_both_files_into_the_cache_and_goes_on(small, capsys):
    given = ["reproduce", "llm_words", "--seeds", "1", "--scale", "smoke"]
    assert cli.main(given) == 0
    said = capsys.readouterr()
    assert f"{len(ARMS)}/{len(ARMS)}" in said.err and "exact_reward" in said.err
    folder = paths.cache() / "smoke" / "llm"
    assert len(read_rows(folder / "llm_words.csv")) == 4 * len(ARMS)
    assert "cannot be told" in (folder / "llm_words_verdicts.csv").read_text()
    kept = (paths.cache() / "sweeps" / "llm.jsonl").read_text()
    assert f'"rows": "{material.rows_mark("smoke")}"' in kept
    assert cli.main(given) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("more", [["table2"], ["--dataset", "trec"]])
def test_it_is_asked_for_alone(small, capsys, more):
    assert cli.main(["reproduce", "llm_words", *more]) == 2
    assert "wanted one of llm_words, llm_words_sweep alone" in capsys.readouterr().err


def test_the_settings_are_a_table_of_their_own(small, monkeypatch, capsys):
    from labkit.experiments.llm import words_sweep

    few = [words_sweep.SettingRun("start", scale="smoke"), words_sweep.SettingRun(scale="smoke")]
    monkeypatch.setattr(words_sweep, "settings", lambda seeds, scale: few)
    given = ["reproduce", "llm_words_sweep", "--scale", "smoke", "--seeds", "2"]
    monkeypatch.setattr(sys, "argv", ["labkit", *given])
    assert cli.main(given) == 0
    said = capsys.readouterr()
    assert "2/2  likelihood frozen False kl 0.02 group 8 seed 0" in said.err
    assert "1/2  start " in said.err and "llm_words_sweep_curves.csv" in said.out
    folder = paths.cache() / "smoke" / "llm"
    assert len(read_rows(folder / "llm_words_sweep.csv")) == 4 * len(few)
    told = head_of(folder / "llm_words_sweep_curves.csv")["command"]
    assert told == "labkit reproduce llm_words_sweep --scale smoke --seeds 2"


def test_the_command_names_the_tables_of_the_plans():
    assert llm.TABLES == (PLANNED, SWEEP_TABLE)

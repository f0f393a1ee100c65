"""The real-text study as a command."""

import sys

import pytest

from labkit import paths
from labkit.cli import llm_text
from labkit.cli import main as cli
from labkit.experiments.llm import text_material
from labkit.experiments.llm.text_plan import TABLE as PLANNED
from labkit.experiments.results import head_of, read_rows
from tests.helpers.llm import tiny_texts

ARMS = ("start", "gakd")


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Made-up texts, two arms, and a cache of its own; in this process."""
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    monkeypatch.setattr(text_material, "all_texts", lambda scale: tiny_texts.texts())
    text_material.text_material.cache_clear()
    from labkit.experiments import experiment
    from labkit.experiments.llm import text_plan

    real, tried, every = experiment.run_only, text_plan.candidates, text_plan.planned
    monkeypatch.setattr(text_plan, "candidates", lambda scale: tried(scale, ARMS))
    monkeypatch.setattr(
        text_plan, "planned", lambda rates, seeds, scale: every(rates, seeds, scale, ARMS)
    )
    monkeypatch.setattr(experiment, "run_only", lambda study, count, where: real(study, 0))
    yield
    text_material.text_material.cache_clear()


def test_a_quick_trial_chooses_runs_and_writes_its_files_and_goes_on(small, monkeypatch, capsys):
    given = ["reproduce", "llm_text", "--seeds", "1", "--scale", "smoke"]
    monkeypatch.setattr(sys, "argv", ["labkit", *given])
    assert cli.main(given) == 0
    assert "gakd" in capsys.readouterr().err
    folder = paths.cache() / "smoke" / "llm"
    told = head_of(folder / "llm_text.csv")["command"]
    assert told == "labkit reproduce llm_text --seeds 1 --scale smoke"
    kept = (paths.cache() / "sweeps" / "llm_text.jsonl").read_text()
    assert f'"rows": "{text_material.rows_mark("smoke")}"' in kept
    assert len(read_rows(folder / "llm_text.csv")) == 2 * 2 * 2 * 4
    assert len(read_rows(folder / "llm_text_validation.csv")) == 2 * 2 * 4
    assert (folder / "llm_text.png").exists() and (folder / "llm_text_verdicts.csv").exists()
    assert cli.main(given) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("more", [["table2"], ["--dataset", "trec"]])
def test_it_is_asked_for_alone(small, capsys, more):
    assert cli.main(["reproduce", "llm_text", *more]) == 2
    assert "wanted llm_text alone" in capsys.readouterr().err


def test_the_command_names_the_table_of_the_plan():
    assert llm_text.TABLE == PLANNED

"""The command `labkit gad` with both backends, and two real processes of TRL's."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from labkit.cli.gad import SCORES
from labkit.cli.main import main
from labkit.llm.discriminator import KINDS, Discriminator
from tests.helpers.llm import tiny_language as tiny
from tests.helpers.llm.tiny_tokenizer import tokenizer

needs_trl = pytest.mark.skipif(
    find_spec("trl") is None,
    reason="TRL is not installed; `make llm` runs these tests in an environment with it",
)
SIZES = "--prompts 2 --group 4 --max-prompt 8 --max-tokens 4"
SHORT = ["--steps", "2", "--save-every", "1", *SIZES.split(" ")]
FAST = ["--rate", "0.01", "--judge-rate", "0.01", "--score", "sum"]


@pytest.fixture
def given(tmp_path):
    """A student's folder, a file of answers and a folder for the run."""
    tiny.llama().save_pretrained(tmp_path / "student")
    tokenizer().save_pretrained(tmp_path / "student")
    rows = [{"prompt": text, "answer": text[-1]} for text in ("ab", "cd", "ef", "gh")]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return [str(tmp_path / name) for name in ("student", "a.jsonl", "out")]


@pytest.mark.parametrize("backend", ["labkit", pytest.param("trl", marks=needs_trl)])
def test_a_run_leaves_student_and_discriminator(given, tmp_path, backend, capsys):
    assert main(["gad", *given, "--backend", backend, *SHORT, *FAST]) == 0
    assert "wrote" in capsys.readouterr().out
    before, after = (
        load_file(folder / "model.safetensors")
        for folder in (tmp_path / "student", tmp_path / "out" / "student")
    )
    assert any(not before[name].equal(after[name]) for name in before)
    judge = load_file(tmp_path / "out" / "discriminator.safetensors")
    assert judge["head.bias"].abs().item() > 0


def ends(folder):
    files = (folder / "out" / name for name in ("student/model.safetensors",
                                                "discriminator.safetensors"))  # fmt: skip
    return [load_file(file) for file in files]


def same(first, second):
    return all(
        ours.keys() == theirs.keys() and all(ours[name].equal(theirs[name]) for name in ours)
        for ours, theirs in zip(first, second, strict=True)
    )


@pytest.mark.parametrize("backend", ["labkit", pytest.param("trl", marks=needs_trl)])
def test_a_finished_run_is_given_again_and_not_trained_on(given, tmp_path, backend):
    # Three steps end inside a pass over the prompts, after which TRL would begin a fourth.
    command = ["gad", *given, "--backend", backend, *SHORT, *FAST, "--steps", "3"]
    assert main(command) == 0
    found = ends(tmp_path)
    shutil.rmtree(tmp_path / "out" / "student")  # as if it was killed before it wrote the models
    assert main(command) == 0
    assert same(found, ends(tmp_path))


@pytest.mark.parametrize("backend", ["labkit", pytest.param("trl", marks=needs_trl)])
def test_a_run_with_other_settings_is_refused(given, backend, capsys):
    command = ["gad", *given, "--backend", backend, *SHORT, *FAST]
    assert main(command) == 0
    assert main([*command, "--kl", "0.5"]) == 2
    assert "kl 0.001, here 0.5" in capsys.readouterr().err


@needs_trl
def test_a_run_killed_inside_a_checkpoint_goes_on_from_the_one_before(given, tmp_path):
    command = ["gad", *given, "--backend", "trl", *SHORT, *FAST]
    assert main(command) == 0
    found = ends(tmp_path)
    last = tmp_path / "out" / "trl" / "checkpoint-2"
    for file in last.iterdir():
        if file.name != "config.json":
            file.unlink()
    assert main(command) == 0
    assert same(found, ends(tmp_path))


def test_what_cannot_be_trained_is_said_in_one_line(given, tmp_path, capsys):
    assert main(["gad", str(tmp_path), *given[1:]]) == 2
    assert "holds no model" in capsys.readouterr().err
    (tmp_path / "a.jsonl").write_text("")
    assert main(["gad", *given]) == 2
    assert "holds no answers" in capsys.readouterr().err


def test_a_student_that_runs_away_is_said_in_one_line(given, capsys):
    assert main(["gad", *given, *SHORT, "--steps", "6", "--rate", "1e30"]) == 2
    assert "labkit: the model's logits are not finite" in capsys.readouterr().err


def test_a_discriminator_that_is_not_there_is_said_and_not_looked_for_elsewhere(given, capsys):
    assert main(["gad", *given, *SHORT, "--discriminator", "nowhere"]) == 2
    assert "labkit: nowhere holds no model" in capsys.readouterr().err


def test_labkits_own_loop_is_refused_in_several_processes(given, monkeypatch, capsys):
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert main(["gad", *given, *SHORT]) == 2
    assert "got 2 processes" in capsys.readouterr().err


def test_the_scores_of_the_command_are_those_of_the_discriminator():
    assert SCORES == KINDS


@pytest.mark.parametrize("more", [["--temperature", "0"], ["--kl", "-1"]])
def test_settings_are_refused_before_any_model_is_read(given, tmp_path, more, capsys):
    (tmp_path / "student" / "model.safetensors").write_text("no weights")
    assert main(["gad", *given, *SHORT, *more]) == 2
    said = capsys.readouterr().err
    assert "must be" in said


@pytest.mark.parametrize("backend", ["labkit", pytest.param("trl", marks=needs_trl)])
def test_a_model_kept_in_bfloat16_learns_in_float32(given, tmp_path, backend):
    tiny.llama().bfloat16().save_pretrained(tmp_path / "student")
    slow = ["--rate", "1e-7", "--judge-rate", "1e-7"]
    assert main(["gad", *given, "--backend", backend, *SHORT, *slow]) == 0
    before, after = (
        load_file(folder / "model.safetensors")
        for folder in (tmp_path / "student", tmp_path / "out" / "student")
    )
    assert all(weight.dtype == torch.float32 for weight in after.values())
    assert any(not before[name].float().equal(after[name]) for name in before)


def test_every_number_of_a_step_is_said(given, capsys):
    assert main(["gad", *given, *SHORT, *FAST]) == 0
    lines = [one for one in capsys.readouterr().err.splitlines() if one.startswith(("1/2", "2/2"))]
    names = ["loss", "reward", "accuracy", "gap", "score-length", "constant groups", "KL",
             "entropy", "length", "ended", "distinct-2"]  # fmt: skip
    assert len(lines) == 2
    assert [part.rsplit(" ", 1)[0] for part in lines[0].split("  ")[1:-1]] == names


@pytest.mark.parametrize("backend", ["labkit", pytest.param("trl", marks=needs_trl)])
def test_a_score_that_reads_the_padding_is_refused_before_the_first_step(
    given, backend, monkeypatch, capsys
):
    def last_place(self, pairs):
        return pairs.answers[:, -1].float()

    monkeypatch.setattr(Discriminator, "forward", last_place)
    rows = [{"prompt": "ab", "answer": "b"}, {"prompt": "cd", "answer": "ddd"}]
    Path(given[1]).write_text("\n".join(map(json.dumps, rows)))
    assert main(["gad", *given, "--backend", backend, *SHORT, *FAST]) == 2
    assert "padding is not read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("row", "more", "says"),
    [
        ({"prompt": " ", "answer": "a"}, [], "prompt 0 is empty"),
        ({"prompt": "abcabcabc", "answer": "a"}, [], "longer than 8 tokens"),
        ({"prompt": "ab", "answer": "", "finish": "length"}, [], "empty and not whole"),
        ({"prompt": "ab", "answer": "b"}, ["--group", "1"], "group_size"),
        ({"prompt": "ab"}, [], "has no texts"),
    ],
)
def test_bad_input_is_said_in_one_line_and_nothing_is_trained(given, capsys, row, more, says):
    Path(given[1]).write_text(json.dumps(row))
    assert main(["gad", *given, *SHORT, *FAST, *more]) == 2
    assert says in capsys.readouterr().err
    assert not (Path(given[2]) / "student").exists()


@needs_trl
def test_two_real_processes_end_with_the_same_weights(given, tmp_path):
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2"]
    command = [*launch, "-m", "labkit", "gad", *given, "--backend", "trl", *SHORT, *FAST]
    quiet = {**os.environ, "OMP_NUM_THREADS": "1"}
    run = subprocess.run(command, capture_output=True, text=True, timeout=280, env=quiet)
    assert run.returncode == 0, run.stderr[-3000:]
    # Both write into one pipe, so another line may stand before or behind without a line's end.
    said = re.findall(r"(process \d of 2)  (student \w{16}, discriminator \w{16})", run.stdout)
    assert sorted(who for who, _ in said) == ["process 0 of 2", "process 1 of 2"]
    assert (
        len({marks for _, marks in said}) == 1
    )  # both hold the same student and discriminator to the last bit
    assert (tmp_path / "out" / "student" / "config.json").exists()

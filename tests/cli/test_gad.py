"""The command `labkit gad` with both backends, and two real processes of TRL's."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from labkit.cli.main import main
from labkit.llm.discriminator import Discriminator
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


def test_what_cannot_be_trained_is_said_in_one_line(given, tmp_path, capsys):
    assert main(["gad", str(tmp_path), *given[1:]]) == 2
    assert "holds no model" in capsys.readouterr().err
    (tmp_path / "a.jsonl").write_text("")
    assert main(["gad", *given]) == 2
    assert "holds no answers" in capsys.readouterr().err


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
    said = [line for line in run.stdout.splitlines() if line.startswith("process")]
    assert sorted(line.split("  ")[0] for line in said) == ["process 0 of 2", "process 1 of 2"]
    marks = {line.split("  ")[1] for line in said}
    assert len(marks) == 1  # both hold the same student and discriminator to the last bit
    assert (tmp_path / "out" / "student" / "config.json").exists()

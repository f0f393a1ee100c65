"""Two processes take the same steps as one: really begun by torchrun, joined by gloo."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from labkit.methods.learned_temperature import ctkd
from labkit.training.ranks import Ranks, joined, ranks
from labkit.training.teacher_logits import TeacherLogits
from tests.helpers import tiny
from tests.helpers.ranks.train_tiny import CONFIG, STOP, student, train

ROOT = Path(__file__).parents[2]
CLOSE = {"rtol": 1e-3, "atol": 1e-4}


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """The folder of two processes that have trained, and what each has said."""
    folder = tmp_path_factory.mktemp("ranks")
    train(student(), folder / "begun_alone", stop=STOP)
    torchrun = ["-m", "torch.distributed.run", "--nproc-per-node", "2", "--standalone"]
    done = subprocess.run(
        [sys.executable, *torchrun, "-m", "tests.helpers.ranks.train_tiny", folder],
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, timeout=250, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    said = [json.loads((folder / f"rank{n}.json").read_text("utf-8")) for n in range(2)]
    return folder, said


@pytest.fixture(scope="module")
def alone():
    """The same run on one process: its weights and steps."""
    model = student()
    steps = train(model)
    return tiny.weights(model), steps


def test_each_of_two_processes_reads_its_half_of_a_batch(two):
    _, said = two
    assert [(one["rank"], one["count"], one["texts"]) for one in said] == [(0, 2, 4), (1, 2, 4)]
    assert sorted(said[0]["rows"] + said[1]["rows"]) == list(range(8))


def test_two_processes_end_with_the_weights_of_one(two, alone):
    folder, said = two
    first, second = (load_file(folder / f"whole{n}.safetensors") for n in range(2))
    assert tiny.equal(first, second)
    torch.testing.assert_close(first, alone[0], **CLOSE)
    before = tiny.weights(student())
    assert not any(torch.allclose(first[name], before[name], **CLOSE) for name in before)
    for name, field in (("losses", "loss"), ("accuracies", "accuracy")):
        assert said[0][name] == said[1][name]
        wanted = [getattr(step, field) for step in alone[1]]
        torch.testing.assert_close(torch.tensor(said[0][name]), torch.tensor(wanted), **CLOSE)
    assert said[0]["validation"] == said[1]["validation"]


def test_two_processes_go_on_with_what_one_has_begun(two, alone):
    folder, _ = two
    torch.testing.assert_close(load_file(folder / "gone_on1.safetensors"), alone[0], **CLOSE)
    lines = (folder / "begun_alone" / "metrics.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["index"] for line in lines] == list(range(21))


def test_one_process_goes_on_with_what_two_have_begun(two, alone):
    folder, _ = two
    model = student()
    steps = train(model, folder / "stopped")
    assert steps[0].index == STOP
    torch.testing.assert_close(tiny.weights(model), alone[0], **CLOSE)


def test_processes_that_do_not_begin_alike_are_refused(two):
    _, said = two
    assert all("2 processes do not begin alike" in one["refused"] for one in said)


def test_alone_there_is_one_process_with_the_whole_batch():
    with joined() as found:
        assert found == ranks() == Ranks(0, 1)
    share = found.share(torch.arange(5))
    assert share.rows.tolist() == list(range(5))
    assert share.weight == 1.0


def test_shares_make_up_the_batch_and_one_too_many_reads_for_nothing():
    shares = [Ranks(rank, 3).share(torch.tensor([7, 9])) for rank in range(3)]
    assert [share.rows.tolist() for share in shares] == [[7], [9], [7]]
    assert [share.weight for share in shares] == [0.5, 0.5, 0.0]


def test_dropout_starts_anew_on_each_process_and_step():
    seeds = {Ranks(rank, 2).seed(seed, step)
             for rank in range(2) for seed in range(2) for step in range(3)}  # fmt: skip
    assert len(seeds) == 12


def test_a_companion_on_several_processes_is_refused(monkeypatch):
    monkeypatch.setattr("labkit.training.student_run.ranks", lambda: Ranks(0, 2))
    teacher = TeacherLogits(tiny.bert(), tiny.encoded())
    with pytest.raises(ValueError, match="got 2 processes and a companion"):
        next(ctkd(student(), teacher, tiny.encoded(), CONFIG))


@pytest.mark.parametrize(("cards", "said"), [(1, "1 GPU,"), (2, "2 GPUs,")])
def test_more_processes_than_gpus_are_refused_in_words(monkeypatch, cards, said):
    monkeypatch.setenv("RANK", "2")
    monkeypatch.setenv("LOCAL_RANK", "2")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: cards)
    with pytest.raises(ValueError, match=f"process 3 on a machine of {said}"), joined():
        pass

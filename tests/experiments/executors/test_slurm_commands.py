"""What is asked of submitit and of Slurm's commands, without either."""

import os
import sys
from types import SimpleNamespace

import pytest

from labkit.experiments.executors.attempts import attempt
from labkit.experiments.executors.slurm_commands import RealSlurm
from tests.helpers.clusters.runs import marked


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Commands that note what they were asked, and a submitit that does the same."""
    seen = {}

    class Executor:
        def __init__(self, folder):
            seen["folder"] = folder

        def update_parameters(self, **given):
            seen["parameters"] = given

        def map_array(self, *given):
            seen["array"] = [list(each) if isinstance(each, tuple) else each for each in given]
            return ["12_0", "12_1"]

    made = SimpleNamespace(SlurmExecutor=Executor, SlurmJob=lambda folder, number: (folder, number))
    monkeypatch.setitem(sys.modules, "submitit", made)
    commands = tmp_path / "commands"
    commands.mkdir()
    for name in ("sbatch", "srun", "scancel"):
        script(commands / name, f'echo {name} "$@" >> {tmp_path}/asked')
    monkeypatch.setenv("PATH", f"{commands}:{os.environ['PATH']}")
    script(commands / "squeue", f'echo squeue "$@" >> {tmp_path}/asked; echo 12_0; echo 14')
    return seen


def script(path, line):
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(0o755)


def test_an_array_of_one_core_each_so_many_side_by_side(asked, tmp_path):
    slurm = RealSlurm(tmp_path, 3)
    assert slurm.hand_in([(marked, (1,)), (marked, (2,))]) == ["12_0", "12_1"]
    assert asked["array"] == [attempt, [marked, marked], [(1,), (2,)]]
    assert asked["parameters"]["array_parallelism"] == 3
    assert asked["parameters"]["cpus_per_task"] == 1
    assert slurm.handed_in("12_0") == (tmp_path, "12_0")


def test_what_is_alive_is_asked_of_squeue_and_ended_by_scancel(asked, tmp_path):
    slurm = RealSlurm(tmp_path, 3)
    assert slurm.alive() == {"12_0", "14"}
    slurm.cancel(["12_0", "14"])
    said = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    assert said[0].startswith("squeue --noheader --array --user ")
    assert said[1] == "scancel 12_0 14"


def test_a_squeue_that_fails_is_no_empty_queue(asked, tmp_path, capsys):
    script(tmp_path / "commands" / "squeue", "echo socket timed out >&2; exit 1")
    assert RealSlurm(tmp_path, 3).alive() is None
    assert "squeue gives no answer (socket timed out)" in capsys.readouterr().err


def test_the_files_of_a_task_go_and_those_of_others_stay(asked, tmp_path):
    for name in ("12_1_0_result.pkl", "12_1_0_log.out", "12_11_0_result.pkl"):
        (tmp_path / name).touch()
    RealSlurm(tmp_path, 1).forget(SimpleNamespace(job_id="12_1"))
    assert [path.name for path in tmp_path.glob("12_*")] == ["12_11_0_result.pkl"]


def test_without_submitit_the_sentence_says_what_to_install(asked, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "submitit", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'labkit\[slurm\]'"):
        RealSlurm(tmp_path, 1)


def test_a_machine_without_slurm_is_refused(asked, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValueError, match="there is no sbatch here"):
        RealSlurm(tmp_path, 1)

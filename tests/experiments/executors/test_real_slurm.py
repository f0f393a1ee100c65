"""A grid on a real Slurm of two nodes: `make slurm` installs what it needs and runs it."""

import json
import os
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from labkit.experiments.executors.slurm import SlurmTasks
from labkit.experiments.executors.slurm_commands import RealSlurm
from labkit.experiments.results import read_rows
from labkit.experiments.sweep import SweepError, sweep
from tests.helpers.clusters import real_slurm
from tests.helpers.clusters.runs import Run, marked, times_begun
from tests.helpers.clusters.words import write_words
from tests.helpers.processes import until

ROOT = Path(__file__).parents[3]
MISSING = real_slurm.missing() or (
    "" if find_spec("submitit") else "needs pip install 'labkit[slurm]'"
)
pytestmark = pytest.mark.skipif(
    bool(MISSING) and not os.environ.get("LABKIT_REQUIRE_SLURM"), reason=MISSING
)
SWEEPS = """
import sys
from pathlib import Path
from tests.helpers.clusters.runs import Run, marked
from labkit.experiments.experiment import run_steps
folder = Path(sys.argv[1])
runs = [Run(number, str(folder), float(sys.argv[3])) for number in range(int(sys.argv[2]))]
print(len(list(run_steps(marked, [runs], folder / "runs.jsonl", 2, "slurm"))))
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with real_slurm.running(tmp_path_factory.mktemp("slurm")) as env:
        yield env | {"PYTHONPATH": str(ROOT)}


@pytest.fixture
def slurm(cluster, monkeypatch, tmp_path):
    """An executor that looks often and waits for no other machine's files."""
    for name, value in cluster.items():
        monkeypatch.setenv(name, value)
    tasks = SlurmTasks(RealSlurm(tmp_path / "tasks", 2), tmp_path / "tasks", look=0.5, grace=3)
    yield tasks
    tasks.shutdown()
    assert until(lambda: not queue(), 30), "tasks were left behind"


def queue():
    """Number -> state of every task that waits or runs."""
    asked = ["squeue", "--noheader", "--array", "--format", "%i %T"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    return dict(line.split() for line in said.splitlines())


def swept(runs, folder, executor):
    return {r.key: r.outcome for r in sweep(marked, runs, folder, executor, ahead=100)}


def test_an_array_gives_the_same_grid_as_this_process_and_no_run_is_done_twice(slurm, tmp_path):
    runs = [Run(number, str(tmp_path)) for number in range(8)]
    there = swept(runs, tmp_path / "there.jsonl", slurm)
    assert times_begun(tmp_path) == dict.fromkeys(range(8), 1)
    assert there == swept(runs, tmp_path / "here.jsonl", None)
    lines = [json.loads(line) for line in (tmp_path / "there.jsonl").read_text().splitlines()]
    assert sorted(line["config"]["number"] for line in lines) == list(range(8))


def test_the_error_of_a_run_is_told_as_it_was_raised(slurm, tmp_path):
    with pytest.raises(SweepError, match="FloatingPointError: the loss of run 3 is nan;"):
        swept([Run(3, str(tmp_path), way="raises")], tmp_path / "runs.jsonl", slurm)


def test_the_run_of_a_killed_task_is_handed_in_again(slurm, tmp_path):
    runs = [Run(0, str(tmp_path)), Run(1, str(tmp_path), way="dies once")]
    found = swept(runs, tmp_path / "runs.jsonl", slurm)
    assert sorted(outcome["square"] for outcome in found.values()) == [0, 1]
    assert times_begun(tmp_path) == {0: 1, 1: 2}


def test_a_task_that_slurm_requeues_is_waited_for(slurm, tmp_path):
    future = slurm.submit(marked, Run(5, str(tmp_path), seconds=8))
    until(lambda: (tmp_path / "begun").exists())
    (number,) = queue()
    subprocess.run(["scontrol", "requeue", number], check=True)
    assert until(lambda: queue().get(number) == "PENDING", 20)
    # Slurm would let it wait two minutes.
    subprocess.run(["scontrol", "update", f"JobId={number}", "StartTime=now"], check=True)
    assert future.result(100)["square"] == 25
    assert times_begun(tmp_path) == {5: 2}


def begin(folder, runs, seconds):
    """A command that sweeps on the cluster."""
    return subprocess.Popen(
        [sys.executable, "-c", SWEEPS, folder, str(runs), str(seconds)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_tasks_of_a_killed_command_are_taken_up_by_the_next_one(slurm, tmp_path):
    killed = begin(tmp_path, 3, 6)
    until(lambda: (tmp_path / "begun").exists())
    killed.kill()
    killed.communicate()
    said, errors = begin(tmp_path, 3, 6).communicate(timeout=200)
    assert said == "3\n", errors
    assert times_begun(tmp_path) == {0: 1, 1: 1, 2: 1}


def test_ctrl_c_takes_the_tasks_back(slurm, tmp_path):
    command = begin(tmp_path, 3, 300)
    until(lambda: (tmp_path / "begun").exists())
    assert len(queue()) == 3
    command.send_signal(signal.SIGINT)
    command.communicate(timeout=60)
    assert until(lambda: not queue(), 30)


def reproduced(folder, executor):
    """The rows of both files of the word task at smoke scale, and what the executor left."""
    given = ["reproduce", "llm_words", "--scale", "smoke", "--seeds", "1", "--workers", "2"]
    around = os.environ | {
        "LABKIT_CACHE": str(folder / executor),
        "LABKIT_DATA": str(folder / "data"),
    }
    subprocess.run(
        [sys.executable, "-m", "labkit", *given, "--executor", executor],
        env=around,
        check=True,
        capture_output=True,
        timeout=800,
    )
    made = folder / executor / "smoke" / "llm"
    timed = ("cpu_seconds", "cpu_seconds_before")
    return [
        [{name: said for name, said in row.items() if name not in timed} for row in read_rows(file)]
        for file in (made / "llm_words.csv", made / "llm_words_verdicts.csv")
    ]


@pytest.mark.timeout(1800)
def test_a_study_on_slurm_is_the_study_of_this_machine(cluster, monkeypatch, tmp_path):
    for name, value in cluster.items():
        monkeypatch.setenv(name, value)
    write_words(tmp_path / "data")
    log = Path(cluster["SLURM_CONF"]).parent / "log"
    before = ended(log)
    there = reproduced(tmp_path, "slurm")
    tasks = ended(log) - before
    here = reproduced(tmp_path, "local")
    assert there == here
    assert tasks == len({row["arm"] for row in here[0]}) > 5
    assert ended(log) - before == tasks


def ended(log):
    """Tasks that Slurm's controller has seen end well."""
    return log.read_text(errors="replace").count("WEXITSTATUS 0")

"""Ctrl-C in a terminal reaches every process of a command: one line comes out, and code 130."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from labkit import paths

SCRIPT = """
import signal, sys, time
from labkit.cli import experiments, main

def train(options):
    from labkit.experiments.executors.local import workers
    with workers(2) as pool:
        runs = [pool.submit(time.sleep, 100) for _ in range(2)]
        print("begun", flush=True)
        [run.result() for run in runs]

def compile_something(options):
    print("begun", flush=True)
    exec("while True: pass")

if __name__ == "__main__":
    # a shell that starts something in the background lets it ignore Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)
    experiments._sweep = {"workers": train, "exec": compile_something}[sys.argv.pop()]
    sys.exit(main.main())
"""


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="a system without process groups")
@pytest.mark.parametrize(
    ("command", "seconds"),
    [("workers", 0.0), ("workers", 0.5), ("workers", 5.0), ("exec", 0.1)],
    ids=["workers begin", "workers import", "workers train", "inside exec"],
)
def test_an_interrupt_is_one_line_and_code_130(
    command: str, seconds: float, tmp_path: Path
) -> None:
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    ran = subprocess.Popen(
        [sys.executable, "-m", "script", "sweep", "table8", command], cwd=tmp_path, text=True,
        env=os.environ | {"PYTHONPATH": str(paths.root())}, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert ran.stdout is not None
    assert ran.stdout.readline() == "begun\n"
    time.sleep(seconds)
    os.killpg(ran.pid, signal.SIGINT)
    try:
        said = ran.communicate(timeout=60)[1]
    except subprocess.TimeoutExpired:
        os.killpg(ran.pid, signal.SIGKILL)
        raise
    assert said == "\nlabkit: stopped; run the same command again to go on\n"
    assert ran.returncode == 130

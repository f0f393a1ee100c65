"""The container and Binder install by the Makefile's own steps, with the CPU build of torch."""

import json
import os
import subprocess
import sys

import pytest

from labkit import paths

ROOT = paths.root()
CONTAINER = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
BUILD = ROOT / ".binder" / "postBuild"


def steps(*words: str) -> list[str]:
    """The commands that make would run, one each."""
    done = subprocess.run(
        ["make", "--dry-run", "--always-make", *words], cwd=ROOT, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    lines = done.stdout.replace("\\\n", " ").splitlines()
    return [" ".join(line.split()) for line in lines if "-m " in line]


def test_the_container_installs_what_make_lab_installs() -> None:
    assert CONTAINER["postCreateCommand"] == "make cpu ready"
    installed = [line for line in steps("cpu", "ready") if "/bin/python" in line]
    lab = [line for line in steps("lab") if "/bin/python" in line]
    assert [line for line in lab if "jupyterlab" not in line] == installed[-2:]
    assert "--torch-backend cpu -c constraints.txt torch" in installed[1]
    assert installed[2].endswith("-c constraints.txt -e '.'")
    assert installed[3].endswith("-m labkit prepare")


def test_the_containers_python_is_one_that_the_lab_runs_on() -> None:
    assert "python:3.12" in CONTAINER["image"]
    assert (ROOT / ".binder" / "runtime.txt").read_text().strip() == "python-3.12"
    interpreter = CONTAINER["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"]
    assert interpreter == ".venv/bin/python"


@pytest.mark.skipif(os.name != "posix", reason="Binder runs Linux")
def test_binder_takes_the_same_steps_with_its_own_python() -> None:
    assert os.access(BUILD, os.X_OK)
    text = BUILD.read_text()
    subprocess.run(["bash", "-n", str(BUILD)], check=True)
    assert 'make cpu ready PY="$(command -v python)"' in text
    taken = steps("cpu", "ready", f"PY={sys.executable}")
    assert [line.split()[0] for line in taken][-4:] == [sys.executable] * 4


def test_no_backend_leaves_the_choice_of_a_build_to_the_index() -> None:
    assert not [line for line in steps("cpu", "BACKEND=") if "--torch-backend" in line]

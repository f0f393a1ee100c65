"""One file for exercises, predictions and quizzes: sealed, shared by kernels, never lost."""

import json
import subprocess
import sys

import pytest

from labkit import files
from labkit.course import store

QUIZ = {"tries": 1, "first": True}
NOT_FIRST = {"tries": 1, "first": False}
PASS = {"tries": 1, "passed": None}


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", str(tmp_path / "progress.json"))
    return tmp_path / "progress.json"


def test_sections_do_not_touch_each_other(file):
    store.change("exercises", "07-add", lambda kept: PASS)
    store.change("quizzes", "07-1", lambda kept: QUIZ)
    store.change("quizzes", "07-2", lambda kept: QUIZ | {"first": kept == QUIZ})
    store.change("quizzes", "07-3", lambda kept: QUIZ | {"first": kept != {}})
    assert store.read("exercises") == {"07-add": PASS}
    assert store.read("quizzes") == {"07-1": QUIZ, "07-2": NOT_FIRST, "07-3": NOT_FIRST}
    assert store.read("predictions") == {}


def test_a_file_of_an_earlier_version_is_read_and_keeps_its_exercises(file):
    entries = {"07-add": PASS}
    file.write_text(json.dumps({"exercises": entries, "seal": files.fingerprint(entries)}))
    store.change("quizzes", "07-1", lambda kept: QUIZ)
    assert store.read("exercises") == entries


@pytest.mark.parametrize("section, entry", [
    ("quizzes", {"tries": 1}),
    ("quizzes", {"tries": True, "first": True}),
    ("predictions", {"said": [], "measured": 1, "asks": "", "unit": "", "verdict": "close"}),
    ("predictions", {"said": 1, "measured": 1, "asks": "", "unit": ""}),
    ("dreams", {}),
])  # fmt: skip
def test_an_entry_of_another_form_sets_the_file_aside(file, section, entry, capsys):
    file.write_text(json.dumps({section: {"07-a": entry}}))
    assert store.read("quizzes") == {}
    assert (file.parent / "progress.broken-1.json").exists()
    assert "was damaged" in capsys.readouterr().err


def test_a_flipped_bit_in_a_later_section_is_noticed(file, capsys):
    store.change("exercises", "07-add", lambda kept: PASS)
    store.change("quizzes", "07-1", lambda kept: QUIZ)
    file.write_text(file.read_text().replace("07-1", "07-7"))
    assert store.read("quizzes") == {}
    assert "was damaged" in capsys.readouterr().err


WRITER = """
import sys, time
from pathlib import Path
from labkit.course import store
section, here = sys.argv[1], Path(sys.argv[2])
(here / section).touch()
while len([*here.iterdir()]) < 2:  # both have started
    time.sleep(0.001)
entry = {"tries": 1, "passed": None, "first": True}
for number in range(60):
    store.change(section, f"07-{number}", lambda kept: entry)
"""


def test_two_processes_that_write_different_sections_lose_nothing(file, tmp_path):
    here, names = tmp_path / "started", ("exercises", "quizzes")
    here.mkdir()
    running = [subprocess.Popen([sys.executable, "-c", WRITER, name, str(here)]) for name in names]
    assert [process.wait(60) for process in running] == [0, 0]
    assert [len(store.read(name)) for name in names] == [60, 60]

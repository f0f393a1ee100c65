"""Who is at which run: said while a process lives, past when it is killed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from labkit.experiments.keeping.seat import Seat

SITS = """
import sys, time
from pathlib import Path
from labkit.experiments.keeping.seat import Seat
seat = Seat(Path(sys.argv[1]))
print(seat.take("a"), flush=True)
time.sleep(300)
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "runs.jsonl.running"


def test_a_run_that_one_is_at_is_not_taken_by_another(folder):
    one, two = Seat(folder), Seat(folder)
    assert one.take("a") and one.take("b")
    assert not two.take("a") and not two.take("b")
    assert two.take("c") and not one.take("c")


def test_a_seat_says_only_what_it_is_at_now(folder):
    one, two = Seat(folder), Seat(folder)
    assert one.take("a" * 16) and one.take("b" * 16)
    one.leave("a" * 16), one.leave("b" * 16)
    assert one.take("c")
    assert two.take("a" * 16), "a result that was deleted may be made anew"
    assert not two.take("c")


def test_whoever_stands_up_leaves_nothing(folder):
    one, two = Seat(folder), Seat(folder)
    assert not one.used
    one.take("a"), two.take("b")
    assert one.used
    one.stand_up()
    assert not one.used
    assert two.take("a")
    two.stand_up()
    assert not folder.exists()


def test_a_killed_process_is_at_nothing_and_its_seat_is_removed(folder):
    process = subprocess.Popen(
        [sys.executable, "-c", SITS, folder],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "True\n"
    seat = Seat(folder)
    assert not seat.take("a")
    process.kill()
    process.communicate()
    assert seat.take("a")
    assert len(os.listdir(folder)) == 2  # our own


def test_other_files_in_the_folder_are_nobody_s_seat(folder):
    folder.mkdir()
    (folder / "0123").write_text("a")
    seat = Seat(folder)
    assert seat.take("a")
    seat.stand_up()
    assert os.listdir(folder) == ["0123"]


def test_a_disk_without_room_says_so_before_the_run_begins(folder, monkeypatch):
    monkeypatch.setattr(os, "write", lambda file, said: 3)
    with pytest.raises(OSError, match="No space left on device"):
        Seat(folder).take("a" * 16)

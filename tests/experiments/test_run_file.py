"""The file of finished runs: read as it grows, whole or not at all, damage named."""

import errno
import json
import os
import resource
import subprocess
import sys
import time

import pytest

from labkit.checked_lines import line_of
from labkit.experiments.run_file import RunFile, pair_of


@pytest.fixture
def file(tmp_path):
    runs = RunFile(tmp_path / "runs.v2.jsonl")
    for number in range(3):
        runs.append(f"k{number}", {"number": number}, {"twice": 2 * number})
    return runs.path


def test_what_was_appended_comes_back_and_is_one_line_each(file):
    assert RunFile(file).outcomes() == {f"k{n}": {"twice": 2 * n} for n in range(3)}
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["config"]["number"] for line in lines] == [0, 1, 2]
    assert (file.parent / "runs.v2.jsonl.lock").exists()


def test_a_second_look_reads_only_what_was_appended(file, monkeypatch):
    runs = RunFile(file)
    runs.outcomes()
    RunFile(file).append("k9", {}, {"twice": 18})
    read = []
    monkeypatch.setattr(
        "labkit.experiments.run_file.pair_of", lambda line: read.append(line) or pair_of(line)
    )
    assert runs.outcomes()["k9"] == {"twice": 18}
    assert len(read) == 1


def test_a_run_that_another_process_wrote_meanwhile_is_kept(file):
    runs = RunFile(file)
    runs.outcomes()
    RunFile(file).append("k7", {}, {"twice": 1})
    assert runs.append("k7", {}, {"twice": 2}) == {"twice": 1}
    assert len(file.read_text().splitlines()) == 4


def test_an_older_file_without_sums_is_read(tmp_path):
    line = json.dumps({"key": "a", "config": {}, "outcome": {"x": 1}})
    (tmp_path / "old.jsonl").write_text(f"{line}\n")
    assert RunFile(tmp_path / "old.jsonl").outcomes() == {"a": {"x": 1}}


@pytest.mark.parametrize("cut", range(1, 40, 7))
def test_a_line_torn_at_the_end_counts_as_not_run_and_the_next_takes_its_place(file, cut, capsys):
    file.write_bytes(file.read_bytes()[:-cut])
    runs = RunFile(file)
    assert set(runs.outcomes()) == {"k0", "k1"}
    assert capsys.readouterr().err == ""
    runs.append("k3", {}, {"twice": 6})
    assert ("its last line was cut off" in capsys.readouterr().err) == (cut > 1)
    again = RunFile(file).outcomes()
    assert {"k0", "k1", "k3"} <= set(again) <= {"k0", "k1", "k2", "k3"}
    assert ("k2" in again) == (cut == 1)  # only its line break was missing


def test_no_flipped_bit_of_a_line_ever_gives_another_result():
    line = line_of({"key": "k", "config": {"number": 1}, "outcome": {"accuracy": 0.5}})[:-1]
    for place in range(len(line)):
        for bit in range(8):
            flipped = bytearray(line)
            flipped[place] ^= 1 << bit
            try:
                assert pair_of(bytes(flipped)) == pair_of(line)  # a flip in the name of the sum
            except ValueError:
                continue


def test_a_flipped_bit_of_a_value_is_noticed():
    line = line_of({"key": "k", "config": {"number": 1}, "outcome": {"accuracy": 0.5}})
    with pytest.raises(ValueError, match="its sum is another"):
        pair_of(line.replace(b"0.5", b"0.7").strip())


def test_a_damaged_line_in_the_middle_is_named_and_the_others_stay(file, capsys):
    lines = file.read_bytes().splitlines()
    lines[1] = lines[1].replace(b"twice", b"thric")
    file.write_bytes(b"\n".join(lines) + b"\n")
    assert set(RunFile(file).outcomes()) == {"k0", "k2"}
    assert "runs.v2.jsonl, line 2 is damaged" in capsys.readouterr().err


def test_a_file_that_somebody_deleted_or_shortened_is_read_again(file):
    runs = RunFile(file)
    runs.outcomes()
    file.write_bytes(file.read_bytes().splitlines(keepends=True)[0])
    assert set(runs.outcomes()) == {"k0"}
    file.unlink()
    assert runs.outcomes() == {}


FULL = """
import resource, sys
from pathlib import Path
from labkit.experiments.run_file import RunFile
runs = RunFile(Path(sys.argv[1]))
size = runs.path.stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, size + 20))
try:
    runs.append("k8", {}, {"text": "x" * 5000})
except OSError as error:
    print(error.errno, error.filename)
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs a limit of file sizes")
def test_a_disk_without_room_names_the_file_and_leaves_it_as_it_was(file):
    before = file.read_bytes()
    done = subprocess.run([sys.executable, "-c", FULL, file], capture_output=True, text=True)
    assert done.stdout.split() == [str(errno.EFBIG), str(file)], done.stderr
    assert file.read_bytes() == before


def test_a_folder_that_cannot_be_made_says_so(tmp_path):
    (tmp_path / "in the way").write_text("")
    with pytest.raises(OSError):
        RunFile(tmp_path / "in the way" / "runs.jsonl").append("k", {}, {})
    assert os.listdir(tmp_path) == ["in the way"]


def test_lines_in_quick_succession_are_not_each_brought_onto_the_disk(file, monkeypatch):
    brought = []
    monkeypatch.setattr(os, "fsync", lambda handle: brought.append(time.monotonic()))
    runs, begun = RunFile(file), time.monotonic()
    for number in range(200):
        runs.append(f"more {number}", {}, {})
    assert 1 <= len(brought) <= 2 + (time.monotonic() - begun)
    runs.finish()
    assert brought[-1] >= begun
    assert len(RunFile(file).outcomes()) == 203


def test_a_line_that_cannot_be_brought_onto_the_disk_is_taken_back(file, monkeypatch):
    def broken(handle):
        raise OSError(errno.EIO, "the disk is broken")

    before = file.read_bytes()
    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="the disk is broken") as caught:
        RunFile(file).append("k8", {}, {})
    assert caught.value.filename == str(file)
    assert file.read_bytes() == before


KILLED = """
import os, signal, sys
from pathlib import Path
from labkit.experiments.run_file import RunFile
runs = RunFile(Path(sys.argv[1]))
for number in range(50):
    runs.append(f"more {number}", {}, {"number": number})
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_that_is_killed_at_once_loses_no_line(file):
    done = subprocess.run([sys.executable, "-c", KILLED, file], capture_output=True, text=True)
    assert done.returncode < 0, done.stderr
    assert len(RunFile(file).outcomes()) == 53

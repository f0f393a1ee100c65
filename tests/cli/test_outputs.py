"""A place that cannot be written is refused before the work, by the name of its option."""

import argparse
from pathlib import Path

import pytest

from labkit.cli.outputs import check_files, check_folder, picture_file


def test_places_that_can_be_written_pass_and_nothing_is_left_there(tmp_path: Path) -> None:
    check_files({"--json": tmp_path / "new" / "a.json", "--csv": tmp_path / "a.csv", "-p": None})
    check_folder("DIR", tmp_path / "site" / "pages")
    assert list(tmp_path.iterdir()) == []


def test_an_older_file_may_be_written_again_and_stays_until_then(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("old")
    check_files({"--csv": tmp_path / "a.csv"})
    assert (tmp_path / "a.csv").read_text() == "old"


def test_a_place_that_cannot_be_written_is_named_with_its_option(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=r"--csv .*file/x.csv cannot be written"):
        check_files({"--csv": tmp_path / "file" / "x.csv"})
    with pytest.raises(ValueError, match=r"DIR .*file/pages cannot be written"):
        check_folder("DIR", tmp_path / "file" / "pages")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a system without /proc")
def test_a_folder_that_takes_no_files_is_refused() -> None:
    with pytest.raises(ValueError, match=r"--csv /proc/x.csv cannot be written \(/proc: "):
        check_files({"--csv": Path("/proc/x.csv")})


def test_a_name_that_the_disk_refuses_is_reported_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        check_files({"--json": tmp_path / ("a" * 250)})


def test_a_folder_in_the_place_of_a_file_and_the_reverse_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=r"--json .* is a folder; name a file in it"):
        check_files({"--json": tmp_path})
    with pytest.raises(ValueError, match=r"DIR .* is a file; name a folder"):
        check_folder("DIR", tmp_path / "file")


def test_two_options_may_not_name_the_same_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="--json and --csv name the same file"):
        check_files({"--json": tmp_path / "a", "--csv": tmp_path / "." / "a"})


@pytest.mark.parametrize("name", ["a.jpeg2", "a", "a.svg.txt"])
def test_a_picture_of_an_unknown_kind_is_refused(name: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r".png, .svg or .pdf was wanted"):
        picture_file(name)
    assert picture_file("a.svg") == Path("a.svg")

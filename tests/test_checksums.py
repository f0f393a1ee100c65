"""A folder's files are known by their sums: every kind of damage is named, and nothing else."""

import pytest

from labkit import checksums


@pytest.fixture
def listing(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "a.bin").write_bytes(b"one")
    (tmp_path / "inner" / "b.bin").write_bytes(b"two")
    checksums.write(tmp_path / "sums.json", ["a.bin", "inner/b.bin"])
    return tmp_path / "sums.json"


def test_files_as_they_were_are_not_named(listing):
    (listing.parent / "later.bin").write_bytes(b"not listed")
    assert checksums.changed(listing) == []


def test_a_changed_and_a_missing_file_are_named(listing):
    (listing.parent / "a.bin").write_bytes(b"eno")
    (listing.parent / "inner" / "b.bin").unlink()
    assert checksums.changed(listing) == ["a.bin", "inner/b.bin"]


@pytest.mark.parametrize("text", [None, "", "[1]", "{}", '{"a.bin": "0"}'])
def test_a_listing_that_is_gone_or_damaged_is_named_itself(listing, text):
    listing.unlink() if text is None else listing.write_text(text)
    assert checksums.changed(listing) == ["sums.json"]


def test_a_file_that_is_not_there_cannot_be_listed(tmp_path):
    with pytest.raises(FileNotFoundError):
        checksums.write(tmp_path / "sums.json", ["none.bin"])
    assert list(tmp_path.iterdir()) == []

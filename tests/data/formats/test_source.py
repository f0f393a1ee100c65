"""Bytes and lines of a file come piece by piece, the same as from the whole."""

import gzip

import pytest

from labkit.data.catalog import AssetError
from labkit.data.formats import source
from labkit.data.formats import table as tables
from labkit.data.formats.source import source_of

TEXT = "text,label\r\ngrößer 🙂,a\n\rlast,b"


@pytest.fixture(params=[1 << 20, 3], ids=["at once", "three bytes at a time"])
def at_once(request, monkeypatch):
    monkeypatch.setattr(source, "AT_ONCE", request.param)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_lines_keep_what_ends_them_and_can_be_read_again(tmp_path, at_once, encoding, packed):
    raw = TEXT.encode(encoding)
    (tmp_path / "t.csv").write_bytes(gzip.compress(raw) if packed else raw)
    found = source_of(tmp_path / "t.csv")
    found.check()
    assert b"".join(found.pieces()) == raw
    assert list(found.lines()) == ["text,label\r\n", "größer 🙂,a\n", "\r", "last,b"]
    assert "".join(found.lines()) == TEXT


@pytest.mark.parametrize("front", ["", "text,label\nä,b\n" * 3])
def test_the_line_of_a_byte_that_is_no_text_is_counted_over_the_pieces(tmp_path, at_once, front):
    (tmp_path / "t.csv").write_bytes(front.encode() + b"one\ncaf\xe9,y\n")
    line = front.count("\n") + 2
    with pytest.raises(AssetError, match=rf"t\.csv is not UTF-8 text \(line {line}, byte 0xe9"):
        source_of(tmp_path / "t.csv").check()


def test_a_file_that_ends_within_a_letter_is_refused(tmp_path, at_once):
    (tmp_path / "t.csv").write_bytes("text\nä".encode()[:-1])
    with pytest.raises(AssetError, match=r"line 2, byte 0xc3"):
        source_of(tmp_path / "t.csv").check()


def test_only_a_packed_file_may_not_become_larger_than_the_largest(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "LARGEST", 10)
    raw = b"text,label\na,b\n"
    (tmp_path / "t.csv").write_bytes(raw)
    assert b"".join(source_of(tmp_path / "t.csv").pieces()) == raw
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(raw))
    with pytest.raises(AssetError, match=r"t\.csv\.gz unpacks to more than"):
        list(source_of(tmp_path / "t.csv.gz").pieces())


def test_a_file_that_is_only_called_gz_is_no_gzip(tmp_path):
    (tmp_path / "t.csv.gz").write_bytes(b"plain")
    with pytest.raises(gzip.BadGzipFile, match="it is not gzip"):
        source_of(tmp_path / "t.csv.gz")

"""The bytes and the lines of a file, from the disk each time, so that no file fills the memory."""

import codecs
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from labkit.data.catalog import AssetError
from labkit.data.formats import table as tables

HEAD = 1 << 16
"""Bytes at the front that say how a file is written."""
AT_ONCE = 1 << 20


@dataclass(frozen=True)
class Source:
    """A file, unpacked on the way where it is gzip, up to `tables.LARGEST`."""

    path: Path
    packed: bool

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.name

    def open(self) -> gzip.GzipFile | io.BufferedReader:
        """A stream of the unpacked bytes."""
        return gzip.open(self.path) if self.packed else self.path.open("rb")

    def head(self) -> bytes:
        """The first bytes."""
        with self.open() as stream:
            return stream.read(HEAD)

    def pieces(self) -> Iterator[bytes]:
        """All bytes, piece by piece.

        errors: AssetError for a packed file that unpacks to more than `tables.LARGEST`
        """
        size = 0
        with self.open() as stream:
            while piece := stream.read(AT_ONCE):
                size += len(piece)
                if self.packed and size > tables.LARGEST:
                    raise tables.too_large(self.name)
                yield piece

    def lines(self) -> Iterator[str]:
        """All lines, each with the characters that end it; a mark at the front is left out.

        errors: those of `check`, which is to be called once before
        """
        with io.TextIOWrapper(self.open(), encoding_of(self.head()), newline="") as stream:
            first = stream.readline().removeprefix("\ufeff")
            if first:
                yield first
            yield from stream

    def check(self) -> None:
        """AssetError that names the line where the bytes are no text."""
        encoding, line = encoding_of(self.head()), 1
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            for piece in self.pieces():
                decoder.decode(piece)
                line += piece.count(b"\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            line += error.object[: error.start].count(b"\n")
            raise AssetError(
                f"{self.name} is not {'UTF-8' if encoding == 'utf-8' else encoding.upper()} text "
                f"(line {line}, byte {error.object[error.start]:#04x}); save it as UTF-8"
            ) from error


def source_of(path: Path) -> Source:
    """The file, looked at for how it is packed.

    errors: gzip.BadGzipFile for a file that is called .gz and is not
    """
    with path.open("rb") as stream:
        packed = stream.read(2) == b"\x1f\x8b"
    if not packed and path.suffix.lower() == ".gz":
        raise gzip.BadGzipFile("it is not gzip")
    return Source(path, packed)


def encoding_of(raw: bytes) -> str:
    """UTF-8, or UTF-16 or UTF-32 where a mark at the front or the zeros of UTF-16 say so."""
    if raw[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "utf-32"
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    head = raw[:HEAD]
    even, odd = head[::2].count(0), head[1::2].count(0)
    end = head.find(b"\n")  # of the heading, which is ASCII
    if odd > even and head[end : end + 2] == b"\n\0" and end % 2 == 0:
        return "utf-16-le"
    if even > odd and head[end - 1 : end + 1] == b"\0\n" and end % 2 == 1:
        return "utf-16-be"
    return "utf-8"

"""The parsed cache: what was written, or nothing, whatever became of its files."""

from pathlib import Path

import pytest

from labkit.data import columns, load, loading, parsed
from labkit.data.formats.table import Table
from labkit.data.parsed import Parsed
from tests.helpers.tables import folder_of, rows
from tests.helpers.tiny_wheels import Lab

DAMAGE = {
    "flip": lambda raw: raw[:40] + bytes([raw[40] ^ 1]) + raw[41:],
    "cut": lambda raw: raw[:-9],
    "zeros": lambda raw: bytes(len(raw)),
    "empty": lambda raw: b"",
}


def sample() -> Parsed:
    table = Table("t", rows(6), list(range(6)))
    shape = columns.shape_of({"train": table}, "", None)
    done = columns.checked({"train": table}, shape, False)
    return Parsed({"train": columns.to_dataset(done["train"], shape)}, "a test", ("a note",))


def test_what_was_written_comes_back(tmp_path: Path) -> None:
    assert parsed.read(tmp_path / "x") is None
    parsed.write(tmp_path / "x", sample())
    found = parsed.read(tmp_path / "x")
    assert found is not None and (found.source, found.notes) == ("a test", ("a note",))
    assert found.splits["train"].to_dict() == sample().splits["train"].to_dict()
    assert found.splits["train"].features == sample().splits["train"].features
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("name", ["about.json", "train.parquet"])
@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_of_every_kind_is_noticed_and_the_files_are_read_again(
    lab: Lab, name: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder_of(lab, train=rows(30, kind + name))
    wanted = load("mine")["train"].to_dict()
    path = next((lab.cache / "parsed").rglob(name))
    path.write_bytes(DAMAGE[kind](path.read_bytes()))
    loading._loaded.cache_clear()
    assert load("mine")["train"].to_dict() == wanted
    assert capsys.readouterr().err.count("read from its files again\n") == 1
    assert parsed.read(path.parent) is not None


def test_every_flipped_byte_is_noticed(tmp_path: Path) -> None:
    parsed.write(tmp_path / "x", sample())
    for path in (tmp_path / "x").iterdir():
        raw = path.read_bytes()
        for place in range(0, len(raw), 11):
            path.write_bytes(raw[:place] + bytes([raw[place] ^ 0x10]) + raw[place + 1 :])
            try:
                found = parsed.read(tmp_path / "x")
            except ValueError:
                continue
            assert found is not None and found.splits["train"].to_dict() == (
                sample().splits["train"].to_dict()
            )
            assert (found.source, found.notes) == ("a test", ("a note",))
        path.write_bytes(raw)

"""Files of every kind become columns, and each broken row is named by file and line."""

import bz2
import gzip
import lzma
import tracemalloc
from pathlib import Path

import pytest

from labkit.data import readers
from labkit.data.catalog import AssetError
from labkit.data.formats import mapped, source
from tests.helpers.tables import ODD_TEXTS, write


@pytest.mark.parametrize("ending", readers.SUFFIXES)
def test_odd_and_long_texts_survive_every_format(tmp_path: Path, ending: str) -> None:
    columns = {"text": ODD_TEXTS, "label": ["a", "b", "a", "b"]}
    table = readers.read_table(write(tmp_path / f"train{ending}", columns))
    assert table.columns == columns
    assert len(table) == 4


def test_the_line_of_a_row_counts_lines_inside_quotes(tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    path.write_text('text,label\n"two\nlines",a\n\nplain,b\n', encoding="utf-8")
    assert readers.read_table(path).lines == [2, 5]


def test_a_byte_order_mark_is_not_part_of_the_heading(tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    path.write_text("text,label\nx,a\n", encoding="utf-8-sig")
    assert list(readers.read_table(path).columns) == ["text", "label"]


CUT_SHORT = gzip.compress(b'{"text": "a"}\n', mtime=0)[:-9]


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("t.csv", b"text,label\na,b\none, two,c\n", "t.csv, line 3 has 3 fields"),
        ("t.tsv", b"text\tlabel\nonly\n", "t.tsv, line 2 has 1 fields"),
        ("t.jsonl", b'{"text": "a"}\n{"text": \n', "t.jsonl, line 2 is not JSON"),
        ("t.jsonl", b'["a"]\n', "line 1 is a list, wanted one object"),
        ("t.csv", b"text,label\ncaf\xe9,a\n", "t.csv is not UTF-8 text"),
        ("t.csv", b"text,label\n", "t.csv holds no rows"),
        ("t.csv", b"", "t.csv holds no rows"),
        ("t.jsonl.gz", CUT_SHORT, "t.jsonl.gz cannot be read"),
        ("t.jsonl.gz", b"plain", "t.jsonl.gz cannot be read"),
        ("t.parquet", b"PAR1", "t.parquet is not a whole parquet file"),
        ("t.xlsx", b"", "cannot read t.xlsx: wanted one of .csv"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(
    tmp_path: Path, name: str, content: bytes, wanted: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(AssetError, match=wanted.replace(".", r"\.")):
        readers.read_table(path)


def test_dev_is_read_as_validation_and_other_files_are_left_alone(tmp_path: Path) -> None:
    for name in ("train.csv", "dev.csv", "notes.txt", "labels.json"):
        (tmp_path / name).write_text("")
    assert list(readers.split_files(tmp_path)) == ["validation", "train"]


def test_two_files_for_one_split_and_no_file_at_all_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("")
    with pytest.raises(AssetError, match=r"it holds mine\.csv\. Wanted train"):
        readers.split_files(tmp_path)
    for name in ("train.csv", "train.jsonl"):
        (tmp_path / name).write_text("")
    with pytest.raises(AssetError, match=r"two files for train: train\.csv and train\.jsonl"):
        readers.split_files(tmp_path)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [('["b", "a"]', ("b", "a")), ('{"type": "regression", "range": [0, 5]}', "regression")],
)
def test_labels_json_gives_names_in_its_order_or_regression(
    tmp_path: Path, content: str, wanted: object
) -> None:
    assert readers.label_names(tmp_path) is None
    (tmp_path / "labels.json").write_text(content)
    assert readers.label_names(tmp_path) == wanted


@pytest.mark.parametrize("content", ["{}", "[1, 2]", "[broken"])
def test_a_strange_labels_json_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "labels.json").write_text(content)
    with pytest.raises(AssetError, match=r"labels\.json"):
        readers.label_names(tmp_path)


def test_the_content_decides_what_a_file_is(tmp_path: Path) -> None:
    columns = {"text": ["a", "b"], "label": ["x", "y"]}
    for ending in (".parquet", ".csv.gz"):
        made = write(tmp_path / f"made{ending}", columns).read_bytes()
        (tmp_path / "train.csv").write_bytes(made)
        assert readers.read_table(tmp_path / "train.csv").columns == columns


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"PK\x03\x04rest", "is a zip archive, as Excel workbooks are; save it as CSV"),
        (bz2.compress(b"text,label\na,b\n"), r"is packed with bzip2; unpack it, or .* as \.gz"),
        (lzma.compress(b"text,label\na,b\n"), "is packed with xz; unpack it"),
        (b"\x28\xb5\x2f\xfdrest", "is packed with zstandard; unpack it"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "run `git lfs pull`"),
    ],
)
def test_what_is_packed_in_another_way_is_named(tmp_path: Path, raw: bytes, said: str) -> None:
    for name in ("train.csv", "train.jsonl"):
        (tmp_path / name).write_bytes(raw)
        with pytest.raises(AssetError, match=f"{name} {said}" if "pull" not in said else said):
            readers.read_table(tmp_path / name)


def test_a_text_that_begins_like_a_packed_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("BZh,text,label\n1,a,b\n")
    assert readers.read_table(tmp_path / "train.csv").columns["text"] == ["a"]


def test_a_folder_with_a_packing_that_is_not_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "train.csv.bz2").write_bytes(b"")
    with pytest.raises(AssetError, match=r"train\.csv\.bz2 is packed in a way that is not read"):
        readers.split_files(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
@pytest.mark.parametrize("text", ["plain text", "日本語の文章です", "größer 🙂"])
def test_texts_of_every_unicode_encoding_are_read(tmp_path: Path, encoding: str, text: str) -> None:
    path = tmp_path / "train.csv"
    path.write_bytes(f"text,label\r\n{text},a\r\nx,b\r\n".encode(encoding))
    assert readers.read_table(path).columns == {"text": [text, "x"], "label": ["a", "b"]}


def test_a_zero_inside_a_text_does_not_make_it_utf_16(tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    path.write_bytes(b"text,label\na\0b,x\nc,y\n")
    assert readers.read_table(path).columns["text"] == ["a\0b", "c"]


def test_the_line_of_a_letter_that_is_no_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    path.write_bytes(b"text,label\na,x\ncaf\xe9,y\n")
    with pytest.raises(AssetError, match=r"not UTF-8 text \(line 3, byte 0xe9\)"):
        readers.read_table(path)


def test_the_parts_of_a_split_as_the_hub_names_them_are_one(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for part in (0, 1):
        columns = {"text": [f"part {part}"], "label": [part]}
        write(tmp_path / "data" / f"train-0000{part}-of-00002-0a1b.parquet", columns)
    write(tmp_path / "data" / "test-00000-of-00001.parquet", {"text": ["t"], "label": [0]})
    found = readers.split_files(tmp_path)
    assert readers.read_split(found["train"]).columns["text"] == ["part 0", "part 1"]
    assert len(found["test"]) == 1
    found["train"][1].unlink()
    with pytest.raises(AssetError, match=r"has 1 files for train .*wanted all 2 parts"):
        readers.split_files(tmp_path)


def test_a_single_file_with_a_name_of_its_own_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "reviews.csv").write_text("text,label\n")
    with pytest.raises(AssetError, match=rf"name the file itself: {tmp_path.name}/reviews\.csv"):
        readers.split_files(tmp_path)


@pytest.mark.parametrize("name", ["Train.CSV", "train.csv"])
def test_the_case_of_an_ending_does_not_matter(tmp_path: Path, name: str) -> None:
    write(tmp_path / name.lower(), {"text": ["a"], "label": ["x"]}).rename(tmp_path / name)
    assert readers.read_table(tmp_path / name).columns["text"] == ["a"]


def test_labels_json_may_not_name_a_class_twice_or_be_nested_without_end(tmp_path: Path) -> None:
    for content in ('["a", "b", "a"]', "[" * 100_000):
        (tmp_path / "labels.json").write_text(content)
        with pytest.raises(AssetError, match=r"labels\.json in"):
            readers.label_names(tmp_path)


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet"])
def test_a_file_of_any_size_is_read_in_a_memory_of_one_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr(mapped, "LARGE", 100_000)
    monkeypatch.setattr(mapped, "PIECE", 100)
    monkeypatch.setattr(source, "AT_ONCE", 10_000)
    taken = {}
    for count in (3_000, 12_000):
        text = [f'{n}, "said" and {"more " * 20}' for n in range(count)]
        path = write(
            tmp_path / f"train{ending}", {"text": text, "label": ["a", "b"] * (count // 2)}
        )
        tracemalloc.start()
        table = readers.read_table(path)
        taken[count] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert table.columns["text"][count - 1] == text[-1]
        assert table.lines[-1] == count + (ending == ".csv")  # its heading
    assert taken[12_000] < taken[3_000] + 9_000 * 20  # the line of each row, and room to grow

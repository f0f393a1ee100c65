import json
import subprocess
import sys

import pytest

from labkit.data.catalog import AssetError
from labkit.experiments.own_student import student as module
from labkit.experiments.own_student import workplace as places
from labkit.experiments.own_student.plan import Wishes
from labkit.experiments.own_student.student import student
from tests.helpers.own import tiny_own

SHORT = Wishes()


@pytest.fixture
def mine(tmp_path, monkeypatch):
    return tiny_own.put_in_place(monkeypatch, tmp_path)


def test_a_table_becomes_a_folder_that_answers_and_a_stop_is_taken_up(mine, tmp_path, monkeypatch):
    out, make = tmp_path / "out", places.make_network

    def stopped(place, arm, given, quiet):
        if arm == "distilled":
            raise KeyboardInterrupt
        make(place, arm, given, quiet)

    monkeypatch.setattr(module, "make_network", stopped)
    with pytest.raises(KeyboardInterrupt):
        student(mine, out, wishes=SHORT, quiet=True)
    assert not out.exists()
    made = []
    monkeypatch.setattr(places, "train_arm", _noting(places.train_arm, made))
    monkeypatch.setattr(module, "make_network", make)
    found = student(mine, out, wishes=SHORT, quiet=True)
    assert made == ["distilled", "two_layers"]
    said = json.loads((out / "report.json").read_text())
    assert said["verdict"] == found.judgement.sentence
    assert len(said["arms"]) == 11 and len(said["classes"]) == 3
    page = (out / "report.html").read_text()
    for part in ("Models", "Each class", "believed", "export", "Data", "more labels"):
        assert f"{part}" in page
    assert page.count("<img alt=") == 3
    assert (out / "README.md").read_text().count(found.judgement.sentence) == 1
    ran = subprocess.run([sys.executable, str(out / "predict.py"), "--check"], capture_output=True)
    assert ran.returncode == 0, ran.stdout
    (tmp_path / "link").symlink_to(out)
    _other_limits_train_nothing(mine, tmp_path / "link", made)
    assert (tmp_path / "link").is_symlink()


def _noting(train, made):
    def noted(arm, *rest):
        made.append(arm)
        return train(arm, *rest)

    return noted


def _other_limits_train_nothing(mine, out, made):
    made.clear()
    wishes = Wishes(min_gain=100)
    assert student(mine, out, wishes=wishes, quiet=True).taken.arm == "tfidf"
    assert made == []
    assert not (out / "onnx").exists() and (out / "words.json").exists()


def test_a_folder_with_other_things_is_left_alone(mine, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    with pytest.raises(ValueError, match="holds other things"):
        student(mine, tmp_path / "out", wishes=SHORT, quiet=True)
    with pytest.raises(ValueError, match="is a file"):
        student(mine, tmp_path / "out" / "thesis.txt", wishes=SHORT, quiet=True)


@pytest.mark.parametrize(
    ("texts", "labels", "said"),
    [
        (["a text"] * 3, [0, 1, 1], "too few|too small|wanted"),
        ([f"text {n}" for n in range(60)], [0] * 60, "one class only"),
        (["", *(f"text {n}" for n in range(60))], [0, 1] * 30 + [0], "empty text"),
    ],
    ids=["three rows", "one class", "empty text"],
)
def test_data_that_does_not_serve_is_refused_in_one_line(mine, tmp_path, texts, labels, said):
    table = tiny_own.write_table(tmp_path / "bad.csv", texts, labels)
    with pytest.raises((AssetError, ValueError), match=said):
        student(table, tmp_path / "out", wishes=SHORT, quiet=True)
    assert not (tmp_path / "out").exists()


def test_a_table_without_labels_is_refused(mine, tmp_path):
    (tmp_path / "bad.csv").write_text("text\none text\nanother\n")
    with pytest.raises(AssetError, match="no column 'label'"):
        student(tmp_path / "bad.csv", tmp_path / "out", wishes=SHORT, quiet=True)

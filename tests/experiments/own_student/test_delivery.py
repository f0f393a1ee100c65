from pathlib import Path

import pytest

from labkit.data import study
from labkit.experiments.own_student.delivery import card, check_target, errors
from labkit.experiments.own_student.findings import find
from labkit.experiments.own_student.measure import speeds
from labkit.experiments.own_student.plan import Wishes
from labkit.experiments.own_student.workplace import make_floor, workplace
from labkit.models.export.onnx_files import INT8
from tests.helpers.own import tiny_own
from tests.helpers.own.made_lines import line


def floor_alone(folder, monkeypatch):
    """A study whose workplace holds TF-IDF and nothing else, and what is found of it."""
    part = study(tiny_own.put_in_place(monkeypatch, folder))
    place = workplace(part, (), 30.0)
    make_floor(place, part)
    speed = speeds(place.rows(), part.validation["text"])
    return part, find(place, part, speed, Wishes())


def test_wrong_answers_come_first_the_surest_before_others(tmp_path, monkeypatch):
    part, found = floor_alone(tmp_path, monkeypatch)
    rows = errors(part, found)
    wrong = [float(row[3]) for row in rows if row[1] != row[2]]
    assert wrong == sorted(wrong, reverse=True)
    assert all(row[1] != row[2] for row in rows[: len(wrong)])
    text = card(part, found)
    assert found.judgement.sentence in text and "needs numpy\n" in text
    assert "class 0, class 1, class 2" in text
    assert "stand in check.json, report.html and errors.csv" in text


def test_the_card_of_an_8_bit_file_says_that_texts_move_one_another(tmp_path, monkeypatch):
    part, found = floor_alone(tmp_path, monkeypatch)
    assert "texts read together" not in card(part, found)
    monkeypatch.setattr(type(found), "taken", line("student", 4.0, 90, INT8, 0.123, 5))
    assert f"by up to 0.12 with the texts beside it; 5 of {len(part.validation)} validation" in (
        card(part, found)
    )


def test_the_folder_that_one_is_in_is_refused_before_anything_is_trained(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for named in (Path("."), Path(".."), tmp_path / "here"):
        with pytest.raises(ValueError, match="name a new folder inside it"):
            check_target(named)
    check_target(Path("student"))


def test_only_an_empty_folder_or_an_earlier_report_is_written_to(tmp_path):
    check_target(tmp_path / "new")
    check_target(tmp_path)
    (tmp_path / "report.json").write_text("{}")
    check_target(tmp_path)
    (tmp_path / "report.json").rename(tmp_path / "other.json")
    with pytest.raises(ValueError, match="holds other things"):
        check_target(tmp_path)

"""Answers on disk: nothing is lost, nothing is mixed, damage is named."""

import json

import pytest

from labkit.llm.teachers.answers import Answer
from labkit.llm.teachers.store import AnswerStore, FileTeacher, Stored, stored_answers

HOW = {"model": "m", "temperature": 1.0}
FIRST = Stored("hello", 0, Answer("HELLO", "length"), 7, 3)
SECOND = Stored("héllo\nthere", 1, Answer("", "stop"))


def filled(path):
    store = AnswerStore(path, HOW)
    store.add(FIRST)
    store.add(SECOND)
    return store


def test_what_was_added_is_there_for_the_next_one(tmp_path):
    path = tmp_path / "deep" / "answers.jsonl"
    filled(path)
    assert list(AnswerStore(path, HOW).found.values()) == [FIRST, SECOND]
    assert len(path.read_text().splitlines()) == 3


def test_an_answer_is_on_disk_before_add_returns(tmp_path):
    store = AnswerStore(tmp_path / "a.jsonl", HOW)
    store.add(FIRST)
    assert json.loads(store.path.read_text().splitlines()[-1])["answer"] == "HELLO"


def test_a_line_that_a_stop_cut_short_is_dropped_and_later_ones_stay_whole(tmp_path):
    path = tmp_path / "a.jsonl"
    filled(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    store = AnswerStore(path, HOW)
    assert list(store.found.values()) == [FIRST]
    store.add(SECOND)
    assert path.read_bytes() == whole


def test_answers_collected_otherwise_are_refused_with_the_difference(tmp_path):
    filled(tmp_path / "a.jsonl")
    with pytest.raises(ValueError, match=r"temperature 1.0, here 0.5"):
        AnswerStore(tmp_path / "a.jsonl", {**HOW, "temperature": 0.5})
    (tmp_path / "b.jsonl").write_text('{"prompt": "a", "answer": "b"}\n')
    with pytest.raises(ValueError, match="without settings"):
        AnswerStore(tmp_path / "b.jsonl", HOW)


def test_damage_before_the_end_is_named_and_the_file_stays(tmp_path):
    path = tmp_path / "a.jsonl"
    filled(path)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], "{oops", lines[2]]) + "\n")
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"damaged at line 2, b'\{oops'"):
        AnswerStore(path, HOW)
    assert path.read_bytes() == before


def test_a_file_teacher_answers_from_anybodys_file_and_the_stores(tmp_path):
    filled(tmp_path / "a.jsonl")
    assert FileTeacher(tmp_path / "a.jsonl").answers(["hello"]) == [Answer("HELLO", "length")]
    (tmp_path / "b.jsonl").write_text(
        '{"prompt": "x", "answer": "y"}\n{"prompt": "u", "answer": "v"}'
    )
    found = FileTeacher(tmp_path / "b.jsonl").answers(["u", "x", "u"])
    assert found == [Answer("v"), Answer("y"), Answer("v")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"prompt": "x", "answer": "y"}\n', "lacks answers to 1 of 2 prompts, such as 'z'"),
        ('{"prompt": "x", "text": "y"}\n', "line 1 has no texts .*prompt, text"),
        ('{"prompt": "x", "answer": 5}\n', "line 1 has no texts"),
        ("[1]\n", "damaged at line 1"),
        ('{"prompt": "x", "answer": "y", "sample": "1st"}\n', "line 1 has sample '1st', wanted"),
        ("", "lacks answers to 2 of 2"),
    ],
)
def test_a_file_without_the_wanted_answers_is_refused(tmp_path, text, says):
    (tmp_path / "a.jsonl").write_text(text)
    with pytest.raises(ValueError, match=says):
        FileTeacher(tmp_path / "a.jsonl").answers(["x", "z"])
    with pytest.raises(ValueError, match="prompt 0 is empty"):
        FileTeacher(tmp_path / "a.jsonl").answers([""])


def test_what_another_program_left_empty_counts_as_missing(tmp_path):
    line = {"prompt": "x", "answer": "y", "finish": None, "sample": None, "answer_tokens": None}
    (tmp_path / "a.jsonl").write_text(json.dumps(line))
    assert stored_answers(tmp_path / "a.jsonl") == [Stored("x", 0, Answer("y", "stop"))]


def test_all_answers_come_in_the_order_of_the_file(tmp_path):
    filled(tmp_path / "a.jsonl")
    assert stored_answers(tmp_path / "a.jsonl") == [FIRST, SECOND]
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(ValueError, match="holds no answers"):
        stored_answers(tmp_path / "empty.jsonl")
    with pytest.raises(FileNotFoundError, match=r"no file .*missing\.jsonl; check the spelling"):
        stored_answers(tmp_path / "missing.jsonl")

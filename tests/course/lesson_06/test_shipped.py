"""Shipped runs of the word task become intervals, seeds and a table with its words."""

import pytest

from labkit.course.lesson_06 import shipped
from labkit.experiments.experiment import head
from labkit.experiments.llm import reproduce
from labkit.experiments.llm.claims import CLAIMS
from labkit.experiments.llm.plan import ARMS
from tests.helpers.llm.made_runs import made


@pytest.fixture
def folder(tmp_path):
    runs = made({name: 0.05 * place for place, name in enumerate(ARMS)}, seeds=3)
    reproduce.write_table(tmp_path, runs, head("t", "c", 0, runs))
    return tmp_path


def test_arms_are_intervals_over_seeds(folder):
    found = shipped.arms(folder=folder)
    assert list(found) == list(ARMS)
    assert found["start"].mean == pytest.approx(0.01) and found["start"].n == 3
    assert shipped.arms(temperature="0.5", folder=folder)["start"].mean == pytest.approx(0.21)


def test_temperatures_stand_by_seed(folder):
    found = shipped.by_temperature("start", folder=folder)
    assert found[2] == pytest.approx({1.0: 0.02, 0.8: 0.12, 0.5: 0.22, 0.0: 0.32})


def test_the_table_of_verdicts_has_names_for_people_and_the_words_of_the_file(folder):
    lines = shipped.verdict_lines(folder)
    assert len(lines) == len(CLAIMS)
    table = shipped.as_html(lines)
    assert "GAD, likelihood score" in table and "SeqKD, longer" in table
    for line in lines:
        assert line["word"] in table
    words = [line["word"] for line in lines]
    assert f"{words.count('cannot be told')} cannot be told" in shipped.counted(lines)


def test_without_files_nothing_is_shown_and_the_command_is_named(tmp_path):
    assert shipped.arms(folder=tmp_path) == {}
    assert shipped.by_temperature("start", folder=tmp_path) == {}
    assert shipped.verdict_lines(tmp_path) == []
    assert shipped.as_html([]) == "<p>no lines to show</p>"
    assert "`labkit reproduce llm_words`" in shipped.missing("llm_words", folder=tmp_path)


def test_nothing_is_missing_where_the_file_is(folder):
    assert shipped.missing("llm_words", folder=folder) == ""


def test_the_words_that_are_counted_are_those_of_the_shipped_file():
    assert {line["word"] for line in shipped.verdict_lines()} <= set(shipped.WORDS)

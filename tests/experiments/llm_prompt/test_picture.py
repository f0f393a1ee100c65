"""The picture of the prompt distillation, drawn from its file."""

import pytest

from labkit.experiments.llm_prompt.picture import save, shipped
from labkit.experiments.llm_prompt.reproduce import TABLE, write_table
from tests.helpers.llm.made_prompts import made


@pytest.fixture
def folder(tmp_path):
    write_table(tmp_path, made(), {"title": "made up"})
    return tmp_path


def test_the_alt_text_has_the_numbers_and_each_kind_of_question_its_panel(folder):
    found = shipped(folder)
    assert "no prompt, after SeqKD 0.71" in found.alt and len(found.figure.axes) == 2
    assert found.figure.axes[0].get_ylabel()
    assert save(folder / f"{TABLE}.csv").exists()


def test_questions_that_were_not_asked_have_no_panel(folder):
    file = folder / f"{TABLE}.csv"
    lines = file.read_text().splitlines()
    kept = [one for one in lines if ",others," not in one and "crc32" not in one]
    file.write_text("\n".join(kept) + "\n")
    found = shipped(folder)
    assert len(found.figure.axes) == 1 and "another kind" not in found.alt


def test_without_the_file_there_is_no_picture(tmp_path):
    assert shipped(tmp_path) is None

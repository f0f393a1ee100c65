"""The picture of the arms, drawn from their file."""

import pytest

from labkit.experiments.llm_prompt_arms.picture import averaged, save, shipped
from labkit.experiments.llm_prompt_arms.plan import ARMS, HEATS, TABLE
from labkit.experiments.llm_prompt_arms.reproduce import write_table
from labkit.experiments.results import read_rows
from tests.helpers.llm.made_arms import made


@pytest.fixture
def folder(tmp_path):
    write_table(tmp_path, made(), {"title": "made up"})
    return tmp_path


def test_the_alt_text_has_every_arm_and_its_number(folder):
    found = shipped(folder)
    assert len(found.figure.axes) == 2 and all(one.get_ylabel() for one in found.figure.axes)
    assert "SeqKD, longer 0.22 at 0.60" in found.alt
    assert save(folder / f"{TABLE}.csv").stat().st_size > 1000


def test_only_seqkd_has_a_tail_of_lower_temperatures(folder):
    found = averaged(read_rows(folder / f"{TABLE}.csv"), "whole")
    assert list(found) == list(ARMS)
    assert {arm: len(own) for arm, own in found.items() if len(own) > 1} == {
        "seqkd_longer": len(HEATS)
    }
    across = [point[0] for point in found["seqkd_longer"]]
    assert across == sorted(across, reverse=True)


def test_without_the_file_there_is_no_picture(tmp_path):
    assert shipped(tmp_path) is None

"""What is made sure of before TRL gets a student."""

from contextlib import contextmanager

import pytest

from labkit.llm.trl_backend.student import START, check_padding, first_weights
from tests.helpers import tiny as small
from tests.helpers.llm import tiny_language as tiny


class Arguments:
    """Of TRL's arguments those that are read."""

    process_index = 0

    def __init__(self, folder):
        self.output_dir = str(folder)

    @contextmanager
    def main_process_first(self, local):
        yield


def stored(folder):
    from transformers import AutoModelForCausalLM

    return small.weights(AutoModelForCausalLM.from_pretrained(folder / START))


def test_the_reference_is_the_student_as_it_is_now(tmp_path):
    student = tiny.llama()
    student.config._name_or_path = "somewhere"
    student.model.norm.weight.data += 1
    with first_weights(student, Arguments(tmp_path)):
        assert student.config._name_or_path == str(tmp_path / START)
    assert student.config._name_or_path == "somewhere"
    assert small.equal(stored(tmp_path), small.weights(student))


def test_a_run_with_checkpoints_keeps_its_reference(tmp_path):
    student = tiny.llama()
    kept = small.weights(student)
    with first_weights(student, Arguments(tmp_path)):
        student.model.norm.weight.data += 1
    (tmp_path / "checkpoint-2").mkdir()
    with first_weights(student, Arguments(tmp_path)):
        pass
    assert small.equal(stored(tmp_path), kept)


def test_padding_confuses_a_table_of_positions_and_not_a_rotary_one():
    assert check_padding(tiny.llama(), [3, 4]) is None
    table = tiny.model()
    table.transformer.wpe.weight.data *= 20
    assert check_padding(table, [4, 4]) is None
    with pytest.raises(ValueError, match="GPT2LMHeadModel reads a prompt otherwise"):
        check_padding(table, [3, 4])

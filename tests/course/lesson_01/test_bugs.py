"""Each bug has its symptom, and only that one."""

import pytest
import torch
from torch.testing import assert_close

from labkit.course.lesson_01 import bugs
from labkit.data.batches import collate
from labkit.losses.kl import soft_kl
from labkit.training.teacher_logits import TeacherLogits
from tests.helpers.tiny import bert, bilstm, encoded


@pytest.fixture
def logits():
    return torch.randn(2, 7, 5, generator=torch.Generator().manual_seed(0))


def test_loss_a_divides_by_the_classes_at_any_temperature(logits):
    for temperature in (1.0, 3.0):
        assert_close(5 * bugs.loss_a(*logits, temperature), soft_kl(*logits, temperature))


def test_loss_b_lacks_the_square_of_the_temperature(logits):
    for temperature in (1.0, 3.0):
        wanted = soft_kl(*logits, temperature) / temperature**2
        assert_close(bugs.loss_b(*logits, temperature), wanted)


def test_logits_c_differ_between_two_passes_though_the_teacher_came_in_eval_mode():
    teacher, batch = bert().eval(), collate(encoded(8), torch.arange(8))
    first = bugs.logits_c(teacher, bilstm(), batch)
    second = bugs.logits_c(teacher, bilstm(), batch)
    assert (first - second).abs().max() > 1e-4
    assert not first.requires_grad


def test_stored_d_holds_the_right_rows_at_the_wrong_texts():
    texts = encoded(70)
    teacher = TeacherLogits(bert(), texts)
    met = bugs.stored_d(teacher, texts, batch_size=16)
    assert_close(met.sum(0), teacher.all().sum(0))
    agree = (met - teacher.all()).abs().amax(-1) < 1e-6
    assert agree.float().mean() < 0.2


@pytest.mark.parametrize("function", [bugs.loss_a, bugs.loss_b, bugs.logits_c, bugs.stored_d])
def test_a_listing_numbers_the_lines_and_leaves_the_docstring_out(function):
    lines = bugs.listing(function).splitlines()
    assert lines[0].startswith(" 1  def ")
    assert [int(line[:2]) for line in lines] == list(range(1, len(lines) + 1))
    assert '"""' not in bugs.listing(function)
    assert lines[-1].strip()[2:].strip().startswith("return")

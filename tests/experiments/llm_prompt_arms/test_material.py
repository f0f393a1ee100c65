"""What all arms share."""

import pytest
import torch

from labkit.experiments.llm_prompt_arms import material as module
from labkit.experiments.llm_prompt_arms.material import material, start, words_before
from labkit.llm.scoring import answer_logits
from tests.helpers.llm import tiny_arms


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    tiny_arms.install(monkeypatch)
    yield
    tiny_arms.forget()


def test_no_question_is_both_learnt_and_asked():
    found = material("smoke")
    names = [{one.name for one in own} for own in found.asked.values()]
    assert sum(map(len, names)) == len(set.union(*names))
    assert len(found.train) == 8 and found.split("test") is found.test
    assert len(found.validation) == 2 and len(found.test) == 2


def test_the_teacher_reads_plain_questions_as_if_its_prompt_stood_before_them():
    found = material("smoke")
    letters = len(words_before(found.teacher))
    assert letters == len(tiny_arms.BEFORE)
    assert found.behind.words.shape == (1, letters)
    apart = answer_logits(found.behind, found.test) - answer_logits(found.teacher.model, found.test)
    assert apart[found.test.mask].abs().max() > 1e-3
    assert not any(one.requires_grad for one in found.teacher.model.parameters())


def test_all_arms_of_a_seed_start_alike_and_other_seeds_elsewhere():
    found = material("smoke")
    first, again, other = (dict(found.student(seed).named_parameters()) for seed in (0, 0, 1))
    learns = [name for name, one in first.items() if one.requires_grad]
    assert learns and all(torch.equal(first[name], again[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in learns)
    fresh = dict(module._fresh().named_parameters())
    assert any(not torch.equal(first[name], fresh[name]) for name in learns)
    assert start(found, 0) is start(found, 0) and start(found, 0).seconds > 0


def test_training_a_student_leaves_the_start_as_it_was():
    found = material("smoke")
    student = found.student(0)
    with torch.no_grad():
        for one in student.parameters():
            one.fill_(1.0)
    assert all((one != 1).any() for one in start(found, 0).weights.values() if one.ndim > 1)

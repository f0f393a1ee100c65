"""Each self-check lets a sound run pass and finds its own fault."""

from dataclasses import replace

import pytest
import torch

from labkit.llm import self_checks as checks
from labkit.llm.discriminator import KINDS, Discriminator
from labkit.llm.rollouts import Sampling, rollout
from labkit.llm.tokens import pairs_of
from tests.helpers.llm import tiny_language as tiny

HOW = Sampling(tiny.EOS, max_tokens=5)
PAIRS = tiny.pairs(8)


def failed(findings):
    return [found.check for found in findings if not found.fine]


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_run_passes_and_no_random_number_is_spent(kind):
    before = torch.get_rng_state()
    score = Discriminator(tiny.model(1), kind).train()
    findings = checks.self_check(tiny.model(), PAIRS, HOW, score, teacher=tiny.llama())
    assert failed(findings) == [] and len(findings) == 10
    checks.refuse(findings)
    assert torch.equal(before, torch.get_rng_state()) and score.training


def test_what_is_given_can_be_checked_before_a_student_writes():
    where = torch.device("cpu")
    names = [one.check for one in checks.given_check(PAIRS, tiny.EOS, None, where)]
    assert names == ["masks", "end token in the teacher's answers"]
    found = checks.given_check(replace(PAIRS, ended=~PAIRS.ended), tiny.EOS, last_place, where)
    assert failed(found) == [names[1], "alone or in a batch", "padding is not read"]


def last_place(pairs):
    """The released bug: the value at the last place of a padded row."""
    return pairs.answers[:, -1].float()


SCORES = {
    "equal text, equal score": lambda pairs: torch.rand(len(pairs)),
    "alone or in a batch": lambda pairs: torch.full((len(pairs),), float(pairs.answers.shape[1])),
    "padding is not read": last_place,
    "scores are numbers": lambda pairs: torch.full((len(pairs),), torch.nan),
}


@pytest.mark.parametrize("check", SCORES)
def test_a_reward_model_with_a_fault_is_named(check):
    found = checks.score_findings(SCORES[check], PAIRS)
    assert check in failed(found)
    with pytest.raises(checks.SelfCheckError, match=check):
        checks.refuse(found)


def test_dropout_that_is_on_is_found():
    score = Discriminator(tiny.model(1), "sum")
    score.trunk.transformer.drop.p = 0.5
    assert failed(checks.score_findings(score.eval(), PAIRS)) == []
    assert "equal text, equal score" in failed(checks.score_findings(score.train(), PAIRS))


def test_ends_that_lie_are_found():
    assert checks.end_finding(PAIRS, tiny.EOS, "x").fine
    assert not checks.end_finding(replace(PAIRS, ended=~PAIRS.ended), tiny.EOS, "x").fine
    inside = pairs_of([[5]], [[tiny.EOS, 3, tiny.EOS]], [True])
    assert not checks.end_finding(inside, tiny.EOS, "x").fine
    cut = pairs_of([[5]], [[3, 3]], [False])
    assert checks.end_finding(cut, tiny.EOS, "x").fine


def test_a_teacher_that_never_ends_or_says_more_than_the_student_may_is_found():
    own = rollout(tiny.model(), PAIRS, HOW).pairs
    good = checks.balance_finding(PAIRS, own, HOW)
    assert good.fine and "100% of the teacher's" in good.says
    endless = pairs_of([[5]] * 8, [[3, 3]] * 8, [False] * 8)
    assert "end token" in checks.balance_finding(endless, own, HOW).says
    short = checks.balance_finding(PAIRS, own, Sampling(tiny.EOS, max_tokens=2))
    assert not short.fine and "max_tokens 2" in short.says


def test_another_temperature_for_scoring_is_found():
    student = tiny.llama()
    own = rollout(student, PAIRS, Sampling(tiny.EOS, 5, 0.5))
    assert checks.sampling_finding(student, own, 0.5).fine
    assert not checks.sampling_finding(student, own, 1.0).fine


def test_lengths_beyond_the_row_and_two_vocabularies_are_found():
    assert checks.mask_finding(PAIRS).fine
    assert not checks.mask_finding(replace(PAIRS, answer_lengths=PAIRS.answer_lengths + 5)).fine
    assert not checks.mask_finding(replace(PAIRS, prompt_lengths=PAIRS.prompt_lengths * 0)).fine
    assert checks.vocabulary_finding(tiny.model(), tiny.llama()).fine
    assert not checks.vocabulary_finding(tiny.model(), tiny.model(vocabulary=14)).fine

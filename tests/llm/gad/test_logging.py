"""What a GAD run tells of each step, and what it refuses."""

import copy
import itertools
import math

import pytest
import torch

from labkit.llm.discriminator import Discriminator
from labkit.llm.gad.config import CollapseWarning
from labkit.llm.gad.run import gad
from labkit.llm.scoring import answer_logits
from labkit.llm.tokens import pairs_of
from tests.helpers import tiny as small
from tests.helpers.llm import tiny_language as tiny
from tests.helpers.llm.gad_runs import config, run, says_last_letter


def test_what_is_logged_can_be_worked_out():
    student, score, seen = tiny.model(), Discriminator(tiny.model(1, 16), "sum"), []
    first = copy.deepcopy(student)
    score.register_forward_hook(lambda module, given, out: seen.append((given[0], out.detach())))
    _, _, (step,) = run(config(steps=1), score, student)
    (_, real), (own, fake) = seen
    groups, verdict = fake.view(4, 3), step.verdict
    assert verdict.accuracy == pytest.approx((real[:, None] > groups).double().mean().item())
    assert verdict.gap == pytest.approx((real.mean() - fake.mean()).item(), abs=1e-6)
    assert verdict.spread == pytest.approx(groups.std(1).mean().item(), abs=1e-6)
    together = torch.stack([fake, own.answer_lengths.float()])
    assert verdict.score_length == pytest.approx(torch.corrcoef(together)[0, 1].item(), abs=1e-5)
    constant = (groups == groups[:, :1]).all(1).float().mean().item()
    assert verdict.constant_groups == pytest.approx(constant)
    log_q = answer_logits(first, own)[own.mask].log_softmax(-1)
    assert step.entropy == pytest.approx(-(log_q.exp() * log_q).sum(1).mean().item(), abs=1e-5)
    rows = [row[:end] for row, end in zip(own.answers.tolist(), own.answer_lengths, strict=True)]
    twos = [two for row in rows for two in itertools.pairwise(row)]
    assert step.distinct_2 == pytest.approx(len(set(twos)) / len(twos))
    assert step.length * len(rows) == pytest.approx(sum(map(len, rows))) == step.tokens
    assert step.ended == pytest.approx(sum(row[-1] == tiny.EOS for row in rows) / len(rows))
    assert step.kl == pytest.approx(0, abs=1e-6)


def test_what_a_reward_without_a_teachers_score_cannot_say_is_nan():
    _, _, (step,) = run(config(steps=1, frozen=True), says_last_letter)
    assert 0 <= step.verdict.reward <= 1
    assert math.isnan(step.verdict.accuracy) and math.isnan(step.verdict.gap)


def test_a_constant_reward_teaches_nothing_and_is_logged():
    student = tiny.model()
    before = small.weights(student)
    _, _, steps = run(config(kl=0.0, frozen=True), lambda pairs: torch.ones(len(pairs)), student)
    assert all(step.verdict.constant_groups == 1 for step in steps)
    assert small.equal(before, small.weights(student))


def test_a_student_that_only_ends_goes_on_with_a_warning():
    silent = tiny.model()
    silent.transformer.ln_f.bias.data += 50 * silent.lm_head.weight.data[tiny.EOS]
    silent.lm_head.weight.data[tiny.EOS] *= 50
    with pytest.warns(CollapseWarning, match="one token long"):
        _, _, steps = run(config(), student=silent)
    assert [step.length for step in steps] == [1.0] * 5 and steps[-1].ended == 1.0


@pytest.mark.parametrize(
    ("asked", "score", "says"),
    [
        ({"frozen": True}, lambda pairs: torch.full((len(pairs),), torch.nan), "NaN or infinite"),
        ({"frozen": True}, lambda pairs: torch.ones(5), "one number for each answer"),
        ({}, says_last_letter, "cannot learn"),
        ({"frozen": True, "warmup_steps": 1}, says_last_letter, "cannot learn"),
    ],
)
def test_rewards_that_do_not_fit_are_refused(asked, score, says):
    with pytest.raises(ValueError, match=says):
        run(config(**asked), score)


def test_a_discriminator_of_nans_is_refused_before_it_spoils_the_student():
    score = Discriminator(tiny.model(1, 16), "sum")
    score.head.bias.data.fill_(torch.nan)
    student = tiny.model()
    before = small.weights(student)
    with pytest.raises(ValueError, match="NaN"):
        run(config(), score, student)
    assert small.equal(before, small.weights(student))


def test_prompts_without_room_for_an_answer_are_refused_before_the_first_step():
    pairs = pairs_of([[3] * 13] + [[3]] * 9, [[4]] * 10, [False] * 10)
    with pytest.raises(ValueError, match="max_tokens 4, together more"):
        gad(tiny.model(), Discriminator(tiny.model(1, 16)), pairs, config())

"""GAD runs: who learns when and from what."""

import copy
import math
from itertools import islice

import pytest
import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

from labkit.llm import losses
from labkit.llm.config import Descent
from labkit.llm.discriminator import Discriminator
from labkit.llm.gad.run import gad
from labkit.llm.rollouts import Sampling
from labkit.llm.scoring import answer_logits, token_log_probs
from tests.helpers import tiny as small
from tests.helpers.llm import tiny_language as tiny
from tests.helpers.llm.gad_runs import config, run, says_last_letter


def test_a_fixed_reward_is_climbed():
    asked = config(
        steps=40, batch_size=16, group_size=8, kl=0.0, frozen=True, student=Descent(2e-2)
    )
    _, _, steps = run(asked, says_last_letter, tiny.model(width=16))
    rewards = [step.verdict.reward for step in steps]
    assert sum(rewards[:5]) / 5 < 0.25 and sum(rewards[-5:]) / 5 > 0.7


def test_the_discriminator_learns_alone_in_the_warm_up_then_both():
    student, score = tiny.model(), Discriminator(tiny.model(1, 16), "last")
    steps = gad(student, score, tiny.pairs(), config(warmup_steps=3))
    before, judge = small.weights(student), small.weights(score)
    warm = list(islice(steps, 3))
    assert all(step.warming and math.isnan(step.loss) for step in warm)
    assert small.equal(before, small.weights(student))
    assert not small.equal(judge, small.weights(score))
    after = next(steps)
    assert not after.warming and math.isfinite(after.loss) and math.isfinite(after.verdict.loss)
    assert not small.equal(before, small.weights(student))


def test_a_frozen_discriminator_judges_and_stays_after_its_warm_up():
    student, score = tiny.model(), Discriminator(tiny.model(1, 16), "last")
    steps = gad(student, score, tiny.pairs(), config(warmup_steps=2, frozen=True))
    list(islice(steps, 2))
    kept = small.weights(score)
    rest = list(steps)
    assert small.equal(kept, small.weights(score))
    assert all(math.isnan(step.verdict.loss) for step in rest)
    assert all(math.isfinite(step.verdict.accuracy) for step in rest)


def test_scores_are_taken_before_the_discriminators_step_and_reach_the_student():
    score = Discriminator(tiny.model(1, 16), "sum")
    before, seen = copy.deepcopy(score), []
    score.register_forward_hook(lambda module, given, out: seen.append((given[0], out.detach())))
    _, _, (first, *_) = run(config(steps=1), score)
    pairs, scores = seen[1]
    torch.testing.assert_close(before(pairs), scores)
    assert first.verdict.reward == pytest.approx(scores.mean().item(), abs=1e-6)
    assert len(seen) == 2  # each answer is scored once for reward and discriminator together


@pytest.mark.parametrize("temperature", [1.0, 0.6])
def test_the_first_ratio_is_1_so_the_loss_is_that_of_the_advantages(temperature):
    # With ratio 1 and all answers as long, the mean of advantage times ratio is 0.
    student = tiny.model()
    student.lm_head.weight.data[tiny.EOS] -= 50 * student.transformer.ln_f.weight.data
    student.transformer.ln_f.bias.data[:] = 1.0
    asked = config(steps=1, kl=0.0, sampling=Sampling(tiny.EOS, 4, temperature))
    _, _, (step,) = run(asked, student=student)
    assert step.length == 4 and step.ended == 0
    assert step.loss == pytest.approx(0, abs=1e-6) and step.gradient_norm > 0


def test_the_leash_holds_the_student_at_its_start():
    def apart(kl):
        fast = Descent(2e-2, warmup_share=0.0)
        asked = config(steps=25, batch_size=8, kl=kl, frozen=True, student=fast)
        return run(asked, says_last_letter)[2][-1].kl

    assert apart(3.0) < 0.5 * apart(1e-4)


def test_likelihood_of_a_larger_model_teaches_the_teachers_text():
    from labkit.llm.config import RunConfig
    from labkit.llm.seqkd import seqkd

    pairs, proxy = tiny.pairs(200), tiny.model(1, 16)
    list(seqkd(proxy, pairs, RunConfig(steps=80, student=Descent(2e-2))))
    asked = config(steps=30, batch_size=12, group_size=6, kl=0.0, student=Descent(1e-2))
    _, _, steps = run(asked, Discriminator(proxy, "likelihood"), pairs=pairs)
    assert steps[-1].verdict.reward > steps[0].verdict.reward + 1


@pytest.mark.parametrize("reduction", ["tokens", "sequences"])
def test_the_leash_is_averaged_as_the_policy_loss(reduction):
    student, seen = tiny.model(), []

    def score(pairs):
        seen.append(pairs)
        return says_last_letter(pairs)

    asked = config(kl=1.0, frozen=True, reduction=reduction, student=Descent(5e-2))
    steps, first = gad(student, score, tiny.pairs(), asked), copy.deepcopy(student)
    next(steps)
    before = copy.deepcopy(student)
    told = next(steps).kl
    assert seen[1].answer_lengths.unique().numel() > 1
    new, anchor = (token_log_probs(model, seen[1]).detach() for model in (before, first))
    found = {
        name: float(losses.k3_kl(new, anchor, seen[1].mask, name))
        for name in ("tokens", "sequences")
    }
    assert found["tokens"] != pytest.approx(found["sequences"], rel=1e-2)
    assert told == pytest.approx(found[reduction], rel=1e-3)


def test_replay_and_centring_change_what_the_discriminator_learns():
    ends = [
        small.weights(run(config(**settings))[1])
        for settings in ({}, {"replay": 3}, {"centring": 1.0})
    ]
    assert not small.equal(ends[0], ends[1]) and not small.equal(ends[0], ends[2])


def test_an_older_batch_counts_as_much_as_the_fresh_one():
    score, seen = Discriminator(tiny.model(1, 16), "sum"), []
    score.register_forward_hook(lambda module, given, out: seen.append(out.detach()))
    _, _, steps = run(config(steps=2, replay=1), score)
    first, fresh, older = (
        losses.group_bradley_terry(seen[at], seen[at + 1].view(4, 3)).item() for at in (0, 2, 4)
    )
    assert steps[0].verdict.loss == pytest.approx(first, abs=1e-6)
    assert steps[1].verdict.loss == pytest.approx((fresh + older) / 2, abs=1e-6)
    assert abs(fresh - older) > 1e-4


def test_the_teachers_answers_count_by_their_weight():
    pairs, student = tiny.pairs(4), tiny.model()
    logits = answer_logits(student, pairs)
    surprise = losses.sequence_nll(logits, pairs.answers, pairs.mask).item()
    (without,), (told,) = (
        run(config(steps=1, ce=ce), student=tiny.model(), pairs=pairs)[2] for ce in (0.0, 0.25)
    )
    assert told.loss - without.loss == pytest.approx(0.25 * surprise, abs=1e-5)


def test_each_update_on_the_same_answers_is_a_step_of_the_descent():
    student, how, rates = tiny.model(), Descent(1e-3, warmup_share=0.0), []

    def stepped(optimizer, given, named):
        if optimizer.param_groups[0]["params"][0] is next(student.parameters()):
            rates.append(optimizer.param_groups[0]["lr"])

    hook = register_optimizer_step_pre_hook(stepped)
    try:
        run(config(steps=3, updates=2, warmup_steps=1, student=how), student=student)
    finally:
        hook.remove()
    assert rates == pytest.approx([1e-3 * how.factor(step, 6) for step in range(6)])


def test_the_discriminator_takes_its_step_before_the_student():
    student, score, order = tiny.model(), Discriminator(tiny.model(1, 16), "sum"), []

    def stepped(optimizer, given, named):
        own = optimizer.param_groups[0]["params"][0]
        order.append("student" if own is next(student.parameters()) else "discriminator")

    hook = register_optimizer_step_pre_hook(stepped)
    try:
        list(gad(student, score, tiny.pairs(), config(steps=2)))
    finally:
        hook.remove()
    assert order == ["discriminator", "student"] * 2

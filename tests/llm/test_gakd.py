"""GAKD runs: the adversary, its penalty, its control, and that a stop changes nothing."""

import math
from itertools import islice

import pytest
import torch

from labkit.llm.config import Descent
from labkit.llm.discriminator import LogProbDiscriminator
from labkit.llm.gakd import GakdConfig, gakd
from labkit.llm.learner import Learning
from labkit.llm.losses import bradley_terry, gradient_penalty, reverse_kl, sequence_nll
from labkit.llm.scoring import answer_logits
from tests.helpers import tiny as small
from tests.helpers.llm import tiny_language as tiny
from tests.helpers.llm.resuming import same_to_the_last_bit

FAST = Descent(1e-2, warmup_share=0.0)


def config(**settings):
    return GakdConfig(**{"steps": 5, "batch_size": 8, "save_every": 2, **settings})


def judge(trunk=tiny.model):
    return LogProbDiscriminator(trunk(seed=7), tiny.VOCABULARY)


def run(asked, student=None, score=None):
    student, score = student or tiny.model(), score or judge()
    steps = list(gakd(student, tiny.llama(seed=5), score, tiny.pairs(64), asked))
    return student, score, steps


def test_the_losses_are_those_of_the_batch_with_their_weights():
    student, teacher, pairs = tiny.model(), tiny.llama(seed=5), tiny.pairs(8)
    ours, theirs = (answer_logits(model, pairs) for model in (student, teacher))
    asked = config(steps=1, ce=0.25, kl=0.5, gan=0.125)
    (step,) = gakd(student, teacher, judge(), pairs, asked)
    assert step.ce == pytest.approx(sequence_nll(ours, pairs.answers, pairs.mask).item(), abs=1e-6)
    assert step.kl == pytest.approx(reverse_kl(ours, theirs, pairs.mask).item(), abs=1e-6)
    assert step.loss == pytest.approx(0.25 * step.ce + 0.5 * step.kl + 0.125 * step.gan, abs=1e-6)


def test_the_discriminator_goes_down_half_the_slopes_of_both_sides(monkeypatch):
    went, real = {}, Learning.descend

    def descend(self, loss, step):
        went[type(self.model)] = loss.item()
        return real(self, loss, step)

    monkeypatch.setattr(Learning, "descend", descend)
    student, teacher, score, pairs = tiny.model(), tiny.llama(seed=5), judge(), tiny.pairs(8)
    logits = [answer_logits(model, pairs).detach() for model in (teacher, student)]
    rows = [own.log_softmax(-1).requires_grad_() for own in logits]
    scores = [score(own, pairs.answer_lengths) for own in rows]
    slopes = [gradient_penalty(*both).item() for both in zip(scores, rows, strict=True)]
    wanted = bradley_terry(*scores).item()
    (step,) = gakd(student, teacher, score, pairs, config(steps=1, penalty=3.0))
    assert step.penalty == pytest.approx(sum(slopes), rel=1e-4) and min(slopes) > 0
    assert step.discriminator_loss == pytest.approx(wanted, rel=1e-5)
    assert went[LogProbDiscriminator] == pytest.approx(wanted + 1.5 * sum(slopes), rel=1e-4)


def test_a_discriminator_learns_to_tell_the_rows_apart():
    asked = config(steps=40, batch_size=32, penalty=0.0, discriminator=FAST, student=Descent(1e-5))
    _, _, steps = run(asked)
    assert steps[0].discriminator_loss == pytest.approx(math.log(2), abs=0.05)
    assert steps[-1].accuracy > 0.95 and steps[-1].discriminator_loss < 0.2


@pytest.mark.parametrize("trunk", [tiny.model, tiny.llama])
def test_the_penalty_teaches_and_keeps_the_score_flat(trunk):
    def slope(penalty):
        asked = config(
            steps=15, batch_size=16, penalty=penalty, discriminator=FAST, student=Descent(1e-5)
        )
        score = run(asked, score=judge(trunk))[1]
        return run(config(steps=1, penalty=1e-9), score=score)[2][0].penalty

    assert slope(10.0) < 0.5 * slope(1e-9)


def test_the_student_learns_to_look_like_the_teacher_to_a_discriminator_that_can_tell():
    still = Descent(1e-9)
    learnt = config(steps=30, batch_size=32, penalty=0.0, discriminator=FAST, student=still)
    student, score, _ = run(learnt)
    hears = config(
        steps=20, batch_size=32, ce=0.0, kl=0.0, gan=1.0, student=FAST, discriminator=still
    )
    steps = run(hears, student, score)[2]
    assert steps[0].gan > 1.0 and steps[-1].gan < 0.7 * steps[0].gan


def test_the_student_hears_the_adversary_from_its_step_on():
    asked = config(adversary_from=3)
    steps = run(asked)[2]
    assert [math.isnan(step.gan) for step in steps] == [True] * 3 + [False] * 2
    deaf, hearing = (small.weights(run(config(steps=3, gan=gan))[0]) for gan in (0.0, 1.0))
    late = tiny.model()
    teacher, pairs = tiny.llama(seed=5), tiny.pairs(64)
    told = gakd(late, teacher, judge(), pairs, config(steps=3, gan=1.0, adversary_from=2))
    list(islice(told, 2))
    early = tiny.model()
    list(islice(gakd(early, teacher, judge(), pairs, config(steps=3, gan=0.0)), 2))
    assert small.equal(small.weights(late), small.weights(early))
    assert not small.equal(deaf, hearing)


def test_without_an_adversary_the_discriminator_stays_and_says_nothing():
    score = judge()
    before = small.weights(score)
    _, _, steps = run(config(gan=0.0), score=score)
    assert small.equal(before, small.weights(score))
    assert all(math.isnan(step.gan) and math.isnan(step.accuracy) for step in steps)


def test_the_teacher_stays_as_it_is():
    teacher = tiny.llama(seed=5)
    before = small.weights(teacher)
    list(gakd(tiny.model(), teacher, judge(), tiny.pairs(), config()))
    assert small.equal(before, small.weights(teacher))


@pytest.mark.parametrize("settings", [{}, {"adversary_from": 4, "penalty": 0.0}, {"gan": 0.0}])
def test_a_run_that_was_stopped_ends_with_the_same_weights(tmp_path, settings):
    def build():
        student, score = tiny.model(), judge()
        models = [student, score] if settings.get("gan", 1) else [student]
        return models, lambda folder: gakd(
            student, tiny.llama(), score, tiny.pairs(), config(**settings), folder=folder
        )

    assert same_to_the_last_bit(build, tmp_path, after=3)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"gan": -1.0}, "gan"),
        ({"ce": 0.0, "kl": 0.0, "gan": 0.0}, "nothing would be learned"),
        ({"adversary_from": 5}, "never hear the adversary"),
        ({"adversary_from": -1}, "adversary_from"),
        ({"penalty": math.nan}, "penalty"),
    ],
)
def test_nonsense_is_refused(settings, says):
    with pytest.raises(ValueError, match=says):
        config(**settings)


def test_two_vocabularies_are_refused_before_the_first_step():
    with pytest.raises(ValueError, match="12 tokens and a teacher of 14"):
        gakd(tiny.model(), tiny.model(vocabulary=14), judge(), tiny.pairs(), config())
    assert torch.is_grad_enabled()

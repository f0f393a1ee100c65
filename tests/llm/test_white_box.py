"""White-box runs: whose text is read, what goes down, and that a stop changes nothing."""

import pytest
import torch

from labkit.llm import losses
from labkit.llm.config import Descent
from labkit.llm.rollouts import Sampling
from labkit.llm.scoring import answer_logits
from labkit.llm.tokens import pairs_of
from labkit.llm.white_box import WhiteBoxConfig, white_box
from tests.helpers.llm import tiny_language as tiny
from tests.helpers.llm.resuming import same_to_the_last_bit

HOW = Sampling(tiny.EOS, max_tokens=4)
FAST = Descent(2e-2, warmup_share=0.0)


def config(**settings):
    return WhiteBoxConfig(
        **{"steps": 6, "batch_size": 8, "save_every": 2, "sampling": HOW, **settings}
    )


@pytest.mark.parametrize("name", losses.DIVERGENCES)
@pytest.mark.parametrize("own_share", [0.0, 1.0])
def test_every_divergence_goes_down_on_given_and_on_own_text(name, own_share):
    student, teacher, pairs = tiny.model(width=16), tiny.llama(seed=5), tiny.pairs(64)
    asked = config(steps=40, batch_size=32, divergence=name, own_share=own_share, student=FAST)

    @torch.no_grad()
    def apart():
        ours, theirs = (answer_logits(model, pairs) for model in (student, teacher))
        return float(asked.loss()(ours, theirs, pairs.mask))

    before = apart()
    steps = list(white_box(student, teacher, pairs, asked))
    assert all(step.own is bool(own_share) for step in steps)
    assert apart() < 0.7 * before


def test_the_loss_of_given_text_is_that_of_the_batch_with_its_settings():
    student, teacher, pairs = tiny.model(), tiny.llama(), tiny.pairs(8)
    asked = config(steps=1, divergence="jsd", beta=0.3, temperature=2.0, own_share=0.0)
    wanted = losses.jsd(
        answer_logits(student, pairs), answer_logits(teacher, pairs), pairs.mask, 0.3, 2.0
    )
    (step,) = white_box(student, teacher, pairs, asked)
    assert step.loss == pytest.approx(wanted.item(), abs=1e-6)
    assert step.length == pytest.approx(pairs.answer_lengths.float().mean().item())
    assert step.ended == 1.0


def test_a_share_of_the_batches_is_the_students_own():
    student = tiny.model()
    steps = list(white_box(student, tiny.llama(), tiny.pairs(), config(steps=60, own_share=0.3)))
    assert 0.1 < sum(step.own for step in steps) / 60 < 0.5


def test_on_policy_reads_no_answer_of_the_data():
    def losses_with(answers):
        pairs = pairs_of([[5], [6], [7]], answers, [True] * 3)
        return [step.loss for step in white_box(tiny.model(), tiny.llama(), pairs, config())]

    assert losses_with([[5, 1]] * 3) == losses_with([[9, 9, 1], [8, 1], [7, 1]])


def test_the_teacher_stays_as_it_is_and_in_its_mode():
    teacher = tiny.llama().train()
    before = {name: value.clone() for name, value in teacher.state_dict().items()}
    list(white_box(tiny.model(), teacher, tiny.pairs(), config()))
    assert teacher.training
    assert all(torch.equal(value, before[name]) for name, value in teacher.state_dict().items())


@pytest.mark.parametrize("own_share", [0.0, 0.5])
def test_a_run_that_was_stopped_ends_with_the_same_weights(tmp_path, own_share):
    def build():
        student, teacher = tiny.model(), tiny.llama()
        asked = config(own_share=own_share)
        return [student], lambda folder: white_box(
            student, teacher, tiny.pairs(), asked, folder=folder
        )

    assert same_to_the_last_bit(build, tmp_path, after=3)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"divergence": "kl"}, "divergence must be one of"),
        ({"beta": 2.0}, "beta"),
        ({"skew": 1.0}, "skew"),
        ({"own_share": -0.1}, "own_share"),
        ({"temperature": 0.0}, "temperature"),
        ({"sampling": None}, "without sampling"),
        ({"sampling": Sampling(1, temperature=0.0)}, "must be sampled"),
    ],
)
def test_nonsense_is_refused(settings, says):
    with pytest.raises(ValueError, match=says):
        config(**settings)
    assert WhiteBoxConfig(own_share=0.0).sampling is None


def test_prompts_without_room_for_an_answer_are_refused_before_the_first_step():
    pairs = pairs_of([[3] * 13], [[4]], [False])
    with pytest.raises(ValueError, match="max_tokens 4, together more"):
        white_box(tiny.model(), tiny.llama(), pairs, config())
    white_box(tiny.model(), tiny.llama(), pairs, config(own_share=0.0))


def test_two_vocabularies_are_refused_before_the_first_step():
    with pytest.raises(ValueError, match="a student of 12 tokens and a teacher of 14"):
        white_box(tiny.model(), tiny.model(vocabulary=14), tiny.pairs(), config())

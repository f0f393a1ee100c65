"""A discriminator as a reward callable: what labkit's own loop says and learns, call by call."""

import copy

import pytest
import torch

from labkit.llm.config import Descent
from labkit.llm.discriminator import KINDS, Discriminator
from labkit.llm.encode import decode_answers
from labkit.llm.gad.config import GadConfig
from labkit.llm.gad.run import gad
from labkit.llm.rollouts import Sampling
from labkit.llm.tokens import Pairs
from labkit.llm.trl_backend.reward import DiscriminatorReward
from tests.helpers import tiny as small
from tests.helpers.llm import tiny_language as tiny
from tests.helpers.llm.tiny_tokenizer import tokenizer

LETTERS = range(2, 10)
"""Ids that the tokenizer reads as one letter each."""


def config(**settings):
    given = {"sampling": Sampling(tiny.EOS, 4), "steps": 3, "batch_size": 4, "group_size": 3}
    fast = Descent(1e-2, warmup_share=0.0, final_share=1.0)
    return GadConfig(**{**given, "discriminator": fast, **settings})


def readable(count=16):
    """Pairs whose ids survive the way through the tokenizer's text."""
    pairs = tiny.pairs(count)
    fixed = {name: part.clone() for name, part in vars(pairs).items()}
    for name in ("prompts", "answers"):
        fixed[name][fixed[name] > LETTERS[-1]] = LETTERS[-1]
    return Pairs(**fixed)


def score(kind="sum"):
    return Discriminator(tiny.model(1, 16), kind)


def rows_of(teacher, student):
    """A batch of labkit's loop as TRL hands it to a reward."""
    times = len(student) // len(teacher)
    tokens = tokenizer()
    prompts = [
        tokens.decode(ids[-length:])
        for ids, length in zip(
            student.prompts.tolist(), student.prompt_lengths.tolist(), strict=True
        )
    ]
    said = [answer for answer in decode_answers(tokens, teacher) for _ in range(times)]
    ids = [
        row[:length]
        for row, length in zip(
            student.answers.tolist(), student.answer_lengths.tolist(), strict=True
        )
    ]
    columns = {"teacher": [one.text for one in said], "finish": [one.finish for one in said]}
    return {"prompts": prompts, "completions": [""] * len(ids), "completion_ids": ids, **columns}


def ready(asked=None, kind="sum", training=True):
    reward = DiscriminatorReward(score(kind), tokenizer(), asked or config(), max_prompt=8)
    student = tiny.model().train(training)
    reward.begin(student)
    return reward, student


def a_batch(**changed):
    given = {
        "prompts": ["ab", "ab", "c", "c"],
        "completions": [""] * 4,
        "completion_ids": [[2, 1], [3, 4, 1], [2, 2, 2, 2], [1]],
        "teacher": ["b", "b", "cc", "cc"],
    }
    return {**given, **changed}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("settings", [{}, {"centring": 0.5}, {"warmup_steps": 1, "frozen": True}])
def test_it_says_and_learns_what_labkits_own_loop_does_on_the_same_answers(kind, settings):
    asked = config(**settings)
    own = score(kind)
    seen = []
    own.register_forward_hook(lambda module, given, out: seen.append((given[0], out.detach())))
    steps = list(gad(tiny.model(), own, readable(), asked))
    reward, _ = ready(asked, kind)
    for place, step in enumerate(steps):
        (teacher, _), (student, scores) = seen[2 * place : 2 * place + 2]
        told = {}
        found = reward(**rows_of(teacher, student), log_metric=told.__setitem__)
        torch.testing.assert_close(torch.tensor(found), scores, atol=1e-5, rtol=1e-5)
        assert told["discriminator/accuracy"] == pytest.approx(step.verdict.accuracy)
        assert told["discriminator/gap"] == pytest.approx(step.verdict.gap, 1e-5, 1e-6)
        if step.verdict.loss == step.verdict.loss:
            assert told["discriminator/loss"] == pytest.approx(step.verdict.loss, 1e-5, 1e-6)
        else:
            assert "discriminator/loss" not in told
    assert reward.calls == asked.warmup_steps if asked.frozen else 3
    assert not small.equal(small.weights(reward.score), small.weights(score(kind)))


def test_scores_are_those_before_the_step():
    reward, _ = ready()
    before = copy.deepcopy(reward)
    before.student = None
    assert reward(**a_batch()) == before(**a_batch()) != reward(**a_batch())


def test_an_evaluation_teaches_nothing_nor_does_a_call_before_training():
    reward, student = ready()
    kept = small.weights(reward.score)
    student.eval()
    reward(**a_batch())
    reward.student = None
    reward(**a_batch())
    assert small.equal(kept, small.weights(reward.score)) and reward.calls == 0
    reward.begin(student.train())
    with torch.no_grad():  # as TRL calls it
        reward(**a_batch())
    assert not small.equal(kept, small.weights(reward.score)) and reward.calls == 1


def test_end_tokens_are_read_on_both_sides():
    reward, _ = ready(training=False)
    seen = []
    reward.score.register_forward_hook(lambda module, given, out: seen.append(given[0]))
    reward(**a_batch(finish=["stop", "stop", "length", "length"]))
    teacher, student = seen
    assert len(teacher) == 2 and teacher.ended.tolist() == [True, False]
    assert teacher.answers[0, : teacher.answer_lengths[0]].tolist()[-1] == tiny.EOS
    assert student.ended.tolist() == [True, True, False, True]
    assert student.answer_lengths.tolist() == [2, 3, 4, 1]


def test_a_teachers_answer_is_cut_where_the_students_are():
    reward, _ = ready(training=False)
    seen = []
    reward.score.register_forward_hook(lambda module, given, out: seen.append(given[0]))
    reward(**a_batch(teacher=["abcdefg"] * 4))
    assert seen[0].answer_lengths.tolist() == [4, 4] and not seen[0].ended.any()


def test_a_conversation_is_read_by_its_users_message_and_others_are_refused():
    reward, _ = ready(training=False)
    talks = [[{"role": "user", "content": text}] for text in ("ab", "ab", "c", "c")]
    assert reward(**a_batch(prompts=talks)) == reward(**a_batch())
    odd = [[{"role": "system", "content": "b"}, *talk] for talk in talks]
    with pytest.raises(ValueError, match="conversation of system, user"):
        reward(**a_batch(prompts=odd))


def test_answers_that_are_only_an_end_and_scores_that_are_no_numbers():
    reward, _ = ready()
    assert len(reward(**a_batch(completion_ids=[[1]] * 4))) == 4
    kept = small.weights(reward.score)
    reward.score.head.bias.data.fill_(torch.nan)
    with pytest.raises(ValueError, match="NaN or infinite"):
        reward(**a_batch())
    assert reward.calls == 1 and kept.keys() == small.weights(reward.score).keys()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"prompts": ["", "ab", "c", "c"]}, "prompt 0 is empty"),
        ({"prompts": ["abcabcabc"] * 4}, "prompt 0 with 9"),
        ({"completion_ids": [[2, 1], [], [3], [1]]}, "answer of pair 1 has no tokens"),
    ],
)
def test_rows_that_cannot_be_read_are_refused(given, says):
    reward, _ = ready()
    with pytest.raises(ValueError, match=says):
        reward(**a_batch(**given))


@pytest.mark.parametrize("settings", [{"replay": 2}, {"ce": 0.1}])
def test_settings_without_a_place_in_trl_are_refused(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        ready(config(**settings))

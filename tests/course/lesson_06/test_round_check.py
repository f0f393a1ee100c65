"""The check of a round refuses every other order and says what it would mean."""

import pytest

from labkit.course.check import CheckFailed
from labkit.course.lesson_06 import round_check
from tests.helpers.answers import refused


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", "off")


def right(write, score, discriminator_step, advantages, student_step):
    answers = write()
    rewards = score(answers)
    discriminator_step(answers)
    student_step(answers, advantages(rewards))


def advantages_first(write, score, discriminator_step, advantages, student_step):
    answers = write()
    gains = advantages(score(answers))
    discriminator_step(answers)
    student_step(answers, gains)


def judge_first(write, score, discriminator_step, advantages, student_step):
    answers = write()
    discriminator_step(answers)
    student_step(answers, advantages(score(answers)))


def student_first(write, score, discriminator_step, advantages, student_step):
    answers = write()
    student_step(answers, advantages(score(answers)))
    discriminator_step(answers)


def frozen(write, score, discriminator_step, advantages, student_step):
    answers = write()
    student_step(answers, advantages(score(answers)))


def raw(write, score, discriminator_step, advantages, student_step):
    answers = write()
    rewards = score(answers)
    advantages(rewards)
    discriminator_step(answers)
    student_step(answers, rewards)


def twice_written(write, score, discriminator_step, advantages, student_step):
    rewards = score(write())
    discriminator_step(write())
    student_step(write(), advantages(rewards))


def twice_scored(write, score, discriminator_step, advantages, student_step):
    answers = write()
    score(answers)
    discriminator_step(answers)
    student_step(answers, advantages(score(answers)))


def unread(write, score, discriminator_step, advantages, student_step):
    answers = write()
    rewards = score(answers)
    discriminator_step(None)
    student_step(answers, advantages(rewards))


def off_policy(write, score, discriminator_step, advantages, student_step):
    rewards = score("older answers")
    discriminator_step("older answers")
    student_step("older answers", advantages(rewards))


def uncalled(write, score, discriminator_step, advantages, student_step):
    score(write)


def of_answers(write, score, discriminator_step, advantages, student_step):
    answers = write()
    score(answers)
    discriminator_step(answers)
    student_step(answers, advantages(answers))


def turned(write, score, discriminator_step, advantages, student_step):
    answers = write()
    rewards = score(answers)
    discriminator_step(answers)
    student_step(advantages(rewards), answers)


WRONG = {
    "judge first": (judge_first, "the discriminator learnt before it scored"),
    "student first": (student_first, "released code lets the discriminator learn before"),
    "frozen": (frozen, "frozen, and is fooled"),
    "raw": (raw, "not from raw scores"),
    "written twice": (twice_written, "called 3 times: the same answers"),
    "scored twice": (twice_scored, "called 2 times"),
    "unread": (unread, "`discriminator_step` got None"),
    "off-policy": (off_policy, "on-policy"),
    "uncalled": (uncalled, "got a function: call it first"),
    "of answers": (of_answers, "`advantages` got 'answers of student 0', wanted the scores"),
    "turned": (turned, "wanted the answers"),
}


@pytest.mark.parametrize(
    ("check", "answer", "says"),
    [case for case in refused(round_check.one_round, WRONG) if "None" not in case.id],
)
def test_a_wrong_round_is_refused_with_its_reason(check, answer, says):
    with pytest.raises(CheckFailed, match=says):
        check(answer)


def test_a_round_that_does_nothing_is_told_to_write():
    with pytest.raises(CheckFailed, match="`write` was never called"):
        round_check.one_round(lambda *_: None)


@pytest.mark.parametrize("answer", [right, advantages_first])
def test_both_right_orders_pass(answer):
    round_check.one_round(answer)

"""Lesson 08's quiz cannot be guessed from lengths or places."""

from labkit.course.lesson_08.quiz import QUIZ
from tests.helpers.quizzes.fairness import unfair


def test_the_quiz_is_of_this_lesson_and_fair():
    assert QUIZ.lesson == "08"
    assert unfair(QUIZ) == []

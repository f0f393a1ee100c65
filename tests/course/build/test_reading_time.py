"""A lesson's minutes are counted from words, code, exercises, predictions and quiz."""

from labkit.course.build import marks, reading_time
from labkit.course.build.reading_time import ReadingTime
from tests.helpers.lesson_samples import GOOD, course

MORE = """
# %%
guess = predictions.number("07-a", "how far")
other = predictions.choice("07-b", "which", ("a", "b"))

# %%
# fold: it draws the picture
a = 1
b = 2

# %%
quiz.QUIZ
"""


def counted(folder, text):
    place = course(folder, _07_add=text)
    return reading_time.of_lesson(marks.read(place / "masters" / "07_add.py"))


def test_hints_exercises_and_folded_code_are_not_read_as_text_or_code(tmp_path):
    plain, more = counted(tmp_path / "a", GOOD), counted(tmp_path / "b", GOOD + MORE)
    assert (plain.exercises, plain.predictions, plain.has_quiz) == (5, 0, False)
    assert (more.predictions, more.has_quiz, more.words) == (2, True, plain.words)
    assert more.code == plain.code + 3  # two predictions and the quiz
    longer = counted(tmp_path / "c", GOOD.replace("What do you do", "What do, say, you do"))
    assert longer.words == plain.words


def test_minutes_are_the_sum_of_all_that_is_asked():
    assert ReadingTime(400, 40, 5, 2, True).minutes == 2 + 2 + 5 + 1 + 2
    assert ReadingTime(400, 40, 5, 2, False).minutes == 2 + 2 + 5 + 1

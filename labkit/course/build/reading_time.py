"""How many minutes a lesson asks of a reader, counted from its words, code and exercises."""

from dataclasses import dataclass

from labkit.course.build.marks import Lesson

WORDS, CODE_LINES = 200, 20
"""Read per minute. Slower than the 238 words that Brysbaert (2019, doi 10.1016/j.jml.2019.104047)
found for English prose, since these have formulas among them and many readers a first language
of their own; the lines are our own guess."""
PREDICTION, QUESTION = 0.5, 0.5
"""Minutes for one prediction and for one question of the quiz."""
QUESTIONS = 4
"""Of a quiz."""


@dataclass(frozen=True)
class ReadingTime:
    """What a lesson consists of, for somebody who reads and does everything once."""

    words: int
    """Of the text, folded answers among them, hints not."""
    code: int
    """Lines of the cells that are meant to be read."""
    exercises: int
    """Minutes as planned for all of them."""
    predictions: int
    has_quiz: bool

    @property
    def minutes(self) -> float:
        """The sum; running the cells is left out, see `labkit doctor` for that."""
        read = self.words / WORDS + self.code / CODE_LINES
        asked = PREDICTION * self.predictions + QUESTION * QUESTIONS * self.has_quiz
        return read + self.exercises + asked


def of_lesson(lesson: Lesson) -> ReadingTime:
    """Count one lesson, from its master."""
    text = [cell.source for cell in lesson.cells if cell.kind == "markdown" and cell.role != "hint"]
    code = [cell for cell in lesson.cells if cell.kind == "code"]
    plain = [cell.source for cell in code if not cell.fold and not cell.role]
    asked = [
        cell.source.count("predictions.number(") + cell.source.count("predictions.choice(")
        for cell in code
    ]
    return ReadingTime(
        words=sum(len(source.split()) for source in text),
        code=sum(bool(line.strip()) for source in plain for line in source.splitlines()),
        exercises=sum(cell.minutes for cell in lesson.exercises),
        predictions=sum(asked),
        has_quiz=any("quiz.QUIZ" in cell.source for cell in code),
    )

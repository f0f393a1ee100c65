"""What lets a reader guess a quiz without knowing the answer, one sentence for each finding."""

from collections.abc import Iterator

from labkit.course.quiz import Quiz

FEWEST_QUESTIONS, CHOICES = 4, (3, 4)
FEWEST_LETTERS = 20
"""Of a reason: a word alone explains nothing."""


def unfair(quiz: Quiz) -> list[str]:
    """Everything that gives answers away or explains too little; empty when all is well."""
    return [*_form(quiz), *_places(quiz), *_lengths(quiz, "says"), *_lengths(quiz, "why")]


def _form(quiz: Quiz) -> Iterator[str]:
    if len(quiz.questions) < FEWEST_QUESTIONS:
        yield f"{len(quiz.questions)} questions, wanted {FEWEST_QUESTIONS} or more"
    for question in quiz.questions:
        if len(question.choices) not in CHOICES:
            yield f"{question.asks!r} has {len(question.choices)} choices, wanted 3 or 4"
        for texts in zip(*((one.says, one.why) for one in question.choices), strict=True):
            if len(set(texts)) < len(texts):
                yield f"{question.asks!r} has two choices or reasons that are alike"
        for one in question.choices:
            if len(one.why) < FEWEST_LETTERS:
                yield f"the reason {one.why!r} is too short to explain anything"


def _places(quiz: Quiz) -> Iterator[str]:
    right = [[one.right for one in question.choices].index(True) for question in quiz.questions]
    for place in set(right):
        if right.count(place) > len(right) / 2:
            yield f"choice {place + 1} is right in {right.count(place)} of {len(right)} questions"
    if len(set(right)) < 3:
        yield f"the right choice is only ever at places {sorted(set(right))}"


def _lengths(quiz: Quiz, which: str) -> Iterator[str]:
    """The right choice, or its reason, is not the longest or the shortest in most questions."""
    for end, name in ((max, "longest"), (min, "shortest")):
        found = [end(q.choices, key=lambda one: len(getattr(one, which))) for q in quiz.questions]
        count = sum(one.right for one in found)
        if count > len(found) / 2:
            yield f"the right one's {which!r} is the {name} in {count} of {len(found)} questions"

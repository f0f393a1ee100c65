"""What a reader predicted and answered: at the end of a lesson, and in the course so far."""

import html
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from labkit.course import store

LEFT_OUT = {
    "none": "without a prediction",
    "open": "still without a result",
    "late": "made after the run, so left out",
}
HEADS = ("predicted", "you said", "measured", "")


@dataclass(frozen=True)
class Summary:
    """Shows itself as a table of predictions with sentences below it."""

    rows: tuple[tuple[str, str, str, str], ...]
    """Question, what was said, what was measured, the word for it."""
    lines: tuple[str, ...]

    def __repr__(self) -> str:
        return "\n".join([*(" | ".join(row) for row in self.rows), *self.lines])

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{html.escape(line)}</p>" for line in self.lines)
        if not self.rows:
            return said
        heads = "".join(f'<th scope="col" style="text-align:left">{one}</th>' for one in HEADS)
        body = "".join(_row(row) for row in self.rows)
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{said}"


def of_lesson(lesson: str) -> Summary:
    """The predictions of a lesson one by one, and the sums of the lesson and of the course.

    lesson: such as "03"
    """
    if store.file() is None:
        return Summary(
            (), ("Nothing is kept here: LABKIT_PROGRESS is off, as on the course's web pages.",)
        )
    kept, answers = store.read("predictions"), store.read("quizzes")
    own = {name: entry for name, entry in kept.items() if name.startswith(f"{lesson}-")}
    rows = tuple(_shown(entry) for entry in own.values() if entry["said"] is not None)
    lines = [
        f"Lesson {lesson}: {predicted(own.values())}",
        f"The course so far: {predicted(kept.values())}",
    ]
    lines += [f"Quizzes so far: {quizzed(answers.values())}"] if answers else []
    return Summary(rows, tuple(lines))


def of_course() -> str:
    """The sums of predictions and quizzes over all lessons, two lines of plain text."""
    kept, answers = store.read("predictions"), store.read("quizzes")
    return f"predictions: {predicted(kept.values())}\nquizzes: {quizzed(answers.values())}"


def predicted(entries: Iterable[store.Entry]) -> str:
    """How predictions did, in one sentence, such as "too optimistic in 9 of 14, close in 5."."""
    count = Counter(str(entry["verdict"]) for entry in entries)
    judged = {word: times for word, times in count.most_common() if word not in LEFT_OUT}
    total = sum(judged.values())
    parts = [f"{word} in {times} of {total}" for word, times in judged.items()]
    parts += [f"{count[word]} {says}" for word, says in LEFT_OUT.items() if count[word]]
    return f"{', '.join(parts)}." if parts else "no prediction was kept."


def quizzed(entries: Iterable[store.Entry]) -> str:
    """How many questions were right at the first try, in one sentence."""
    first = [bool(entry["first"]) for entry in entries]
    return f"{sum(first)} of {len(first)} right at the first try." if first else "none answered."


def short(value: object) -> str:
    """A measured number with the digits that a person compares, or a text as it is."""
    if not isinstance(value, float | int):
        return str(value)
    digits = 1 if abs(value) >= 10 else 2
    return f"{round(value, digits):g}" if abs(value) >= 0.1 else f"{value:.2g}"


def _shown(entry: store.Entry) -> tuple[str, str, str, str]:
    said, measured = (
        "-" if entry[key] is None else f"{short(entry[key])} {entry['unit']}".strip()
        for key in ("said", "measured")
    )
    return str(entry["asks"]), said, measured, str(entry["verdict"])


def _row(row: tuple[str, ...]) -> str:
    cells = "".join(f'<td style="text-align:left">{html.escape(cell)}</td>' for cell in row)
    return f"<tr>{cells}</tr>"

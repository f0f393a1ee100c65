"""A quiz at the end of a lesson: questions with one right choice, and a reason for each choice."""

import html
from dataclasses import dataclass
from typing import Any

from labkit.course import store
from labkit.course.widgets import fallback
from labkit.course.widgets.quiz_box import QuizBox


@dataclass(frozen=True)
class Choice:
    """One answer to a question."""

    says: str
    why: str
    """Why it is right or wrong, shown once it was chosen."""
    right: bool = False


@dataclass(frozen=True)
class Question:
    """One question with its choices, of which exactly one is right."""

    asks: str
    choices: tuple[Choice, ...]

    def __post_init__(self) -> None:
        right = sum(one.right for one in self.choices)
        if right != 1 or len(self.choices) < 2:
            raise ValueError(
                f"{self.asks!r} has {right} right choices of {len(self.choices)}, wanted one of "
                "two or more"
            )
        if not all(one.why.strip() for one in self.choices):
            raise ValueError(f"{self.asks!r} has a choice without a reason; say why for each")


@dataclass(frozen=True)
class Quiz:
    """The questions of a lesson; as the last line of a cell it shows itself."""

    lesson: str
    """Such as "03"."""
    questions: tuple[Question, ...]

    def box(self) -> QuizBox:
        """The quiz as a widget that keeps how each question was answered."""
        asked: list[dict[str, Any]] = [
            {
                "asks": question.asks,
                "choices": [
                    {"says": one.says, "why": one.why, "right": one.right}
                    for one in question.choices
                ],
            }
            for question in self.questions
        ]
        return QuizBox(asked, self._answered)

    def _answered(self, question: int, choice: int) -> None:
        right = self.questions[question].choices[choice].right
        store.change("quizzes", f"{self.lesson}-{question + 1}", lambda kept: _tried(kept, right))

    def _ipython_display_(self) -> None:
        fallback.show(self.box(), self.as_text(), self.as_html())

    def as_text(self) -> str:
        """Questions, choices and reasons for who reads without a page."""
        lines = []
        for place, question in enumerate(self.questions, 1):
            lines += [f"{place}. {question.asks}"]
            lines += [f"   ( ) {one.says}" for one in question.choices]
        lines += ["", "Reasons:"]
        for place, question in enumerate(self.questions, 1):
            for one in question.choices:
                lines += [f"{place}. {one.says}: {_verdict(one)} {one.why}"]
        return "\n".join(lines)

    def as_html(self) -> str:
        """The questions with a fold for each choice, for pages without a kernel."""
        parts = []
        for question in self.questions:
            folds = "".join(
                f"<details><summary>{html.escape(one.says)}</summary>"
                f"<p>{_verdict(one)} {html.escape(one.why)}</p></details>"
                for one in question.choices
            )
            parts.append(f"<p><b>{html.escape(question.asks)}</b></p>{folds}")
        return f"<div>{''.join(parts)}</div>"


def _tried(kept: store.Entry, right: bool) -> store.Entry:
    tries = kept.get("tries", 0)
    tries = (tries if isinstance(tries, int) else 0) + 1
    return {"tries": tries, "first": right if tries == 1 else bool(kept.get("first"))}


def _verdict(choice: Choice) -> str:
    return "Right." if choice.right else "Not so."

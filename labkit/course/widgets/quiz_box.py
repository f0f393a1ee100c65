"""The questions of a quiz with their choices; each choice is answered at once, in the page."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets


class QuizBox(anywidget.AnyWidget):
    """Runs `quiz_box.js`, which needs no kernel to answer: it may be busy with a training run.

    questions: {"asks": text, "choices": [{"says": text, "why": text, "right": truth}, ...]}
    answered:  called with the places, from 0, of a question and of the choice that was made
    """

    _esm = Path(__file__).with_suffix(".js")
    _css = Path(__file__).with_name("boxes.css")
    questions = traitlets.List(traitlets.Dict()).tag(sync=True)

    def __init__(
        self, questions: Sequence[dict[str, Any]], answered: Callable[[int, int], None]
    ) -> None:
        super().__init__(questions=[*questions])
        self._answered = answered
        self.on_msg(self._on_message)

    def choose(self, question: int, choice: int) -> None:
        """Make a choice, as if it came from the page; both places count from 0."""
        self._answered(question, choice)

    def _on_message(self, _: object, content: dict[str, Any], __: object) -> None:
        self.choose(int(content["question"]), int(content["choice"]))

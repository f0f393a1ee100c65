"""The box in which a reader writes a prediction: a number, or one of some choices."""

import html
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from labkit.course.widgets import fallback


class PredictionBox(anywidget.AnyWidget):
    """A question with a field or a list of choices; runs `prediction_box.js` in the page.

    answer:  called with what the reader wrote; returns the line to show for it. The reader may
             write again until `locked` is set.
    options: the choices; none for a number
    """

    _esm = Path(__file__).with_suffix(".js")
    _css = Path(__file__).with_name("boxes.css")
    asks = traitlets.Unicode().tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    said = traitlets.Unicode().tag(sync=True)
    says = traitlets.Unicode().tag(sync=True)
    locked = traitlets.Bool().tag(sync=True)

    def __init__(
        self,
        asks: str,
        answer: Callable[[str], str],
        unit: str = "",
        options: Sequence[str] = (),
    ) -> None:
        super().__init__(asks=asks, unit=unit, options=[*options])
        self._answer = answer
        self.on_msg(self._on_message)

    def write(self, said: str) -> None:
        """Take what a reader wrote, as if it came from the page."""
        self.said = said
        self.says = self._answer(said)

    def show(self) -> None:
        """Display the box, or the question alone where no widget can be drawn."""
        choices = f" ({', '.join(self.options)})" if self.options else ""
        question = f"{self.asks}{choices}"
        fallback.show(
            self, f"Predict: {question}", f"<p><b>Predict:</b> {html.escape(question)}</p>"
        )

    def _on_message(self, _: object, content: dict[str, Any], __: object) -> None:
        if not self.locked:
            self.write(str(content["said"]))

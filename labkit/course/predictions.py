"""Predictions that a reader writes before a run and that are kept beside what the run measured.

    floor_guess = predictions.number("00-floor", "points below the paper", "points", close=1)
    ...
    floor_guess.beside(gap)  # You said 12, measured -0.3 points: too optimistic.

Nobody has to write one: then the line says what was measured. What was kept lies beside the
passed exercises, `labkit.course.store`, and a first prediction stays once its result is known.
"""

import html
import math
import re
from collections.abc import Sequence
from typing import Literal, SupportsFloat

from labkit.course import store
from labkit.course.possible import why_not
from labkit.course.summary import short
from labkit.course.widgets.prediction_box import PredictionBox

Said = float | str | None
NAME = re.compile(r"\d\d-[a-z0-9-]+")
LOOK = (
    "margin:4px 0;padding:6px 10px;border-left:5px solid #0b57a4;background:#e4eff8;color:#12324a;"
    "overflow-wrap:normal;word-break:normal"
)
"""Dark blue on light blue, a contrast of 11 to 1 in the light and in the dark theme."""
HOPEFUL = {"": ("too high", "too low"), "high": ("too optimistic", "too cautious"),
           "low": ("too cautious", "too optimistic")}  # fmt: skip
"""Which end is the hopeful one -> words for a prediction above and below what was measured."""


class Prediction:
    """One prediction: its box, what was said in it, and the line beside the result."""

    def __init__(
        self, name: str, asks: str, unit: str, options: Sequence[str], close: float, hopeful: str
    ) -> None:
        if not NAME.fullmatch(name):
            raise ValueError(f"got the name {name!r}, wanted one such as '01-heat'")
        self.name, self.asks, self.unit, self.options = name, asks, unit, tuple(options)
        self.close, self.words = close, HOPEFUL[hopeful]
        self.said: Said = None
        self.measured: Said = None
        self.late = False
        self._take_over(store.read("predictions").get(name, {}))
        self.box = PredictionBox(asks, self._write, unit, options)
        if self.said is not None:
            self.box.said = _exactly(self.said)
            self.box.says = f"You said {_exactly(self.said)}, and it is kept."
        self._settle()

    def beside(self, measured: SupportsFloat | str) -> None:
        """Show what was said beside what the run measured, and keep both.

        measured: a number, or one of the options
        errors: ValueError for something that is not an option
        """
        if self.options and measured not in self.options:
            raise ValueError(f"measured {measured!r}, wanted one of {', '.join(self.options)}")
        self.measured = measured if isinstance(measured, str) else float(measured)
        self._keep()
        self._settle()
        _show(Line(self.sentence()))

    def verdict(self) -> str:
        """One word for how the prediction did; "open" before the run, "none" without one."""
        if self.said is None or self.measured is None:
            return "none" if self.said is None else "open"
        if self.late:
            return "late"
        if isinstance(self.said, str) or isinstance(self.measured, str):
            return "right" if self.said == self.measured else "wrong"
        if abs(self.said - self.measured) <= self.close:
            return "close"
        return self.words[self.said < self.measured]

    def sentence(self) -> str:
        """What was said and measured, in one line."""
        measured = self._in_words(self.measured)
        if self.said is None:
            nobody = store.file() is None  # a web page or a grader's run has no reader to remind
            return f"Measured: {measured}.{'' if nobody else ' You kept no prediction.'}"
        said = _exactly(self.said)
        if self.late:
            return f"You said {said} after the run, measured {measured}: this one does not count."
        return f"You said {said}, measured {measured}: {self.verdict()}."

    def _write(self, text: str) -> str:
        """Take what the reader wrote; the line that answers it."""
        said = text if self.options else _number(text)
        if said is None or said == "":
            return f"got {text!r}, wanted a number, such as 3.5"
        impossible = "" if isinstance(said, str) else why_not(said, self.unit)
        if impossible:
            return impossible
        self.late = self.measured is not None
        self.said = said
        self._keep()
        self._settle()
        if self.late:
            return self.sentence()
        kept = f"{_exactly(said)} {self.unit}".strip()
        return f"Kept: {kept}. Change it until you have seen the result."

    def _keep(self) -> None:
        store.change("predictions", self.name, self._entry)

    def _entry(self, kept: store.Entry) -> store.Entry:
        """What the file shall hold; a prediction from another kernel is not lost."""
        if self.said is None:
            self._take_over({**kept, "measured": self.measured})
        return {
            "asks": self.asks,
            "said": self.said,
            "measured": self.measured,
            "unit": self.unit,
            "verdict": self.verdict(),
        }

    def _take_over(self, kept: store.Entry) -> None:
        self.said, self.measured = self._fitting(kept, "said"), self._fitting(kept, "measured")
        self.late = kept.get("verdict") == "late"

    def _fitting(self, kept: store.Entry, key: str) -> Said:
        """A value from the file, unless this lesson's earlier version asked for another kind."""
        value = kept.get(key)
        if self.options:
            return value if isinstance(value, str) and value in self.options else None
        return float(value) if isinstance(value, int | float) else None

    def _settle(self) -> None:
        """Close the box once both numbers are there; it then says what the line says."""
        self.box.locked = self.said is not None and self.measured is not None
        if self.box.locked:
            self.box.said, self.box.says = _exactly(self.said), self.sentence()

    def _in_words(self, value: Said) -> str:
        return f"{short(value)} {self.unit}".strip()


class Line:
    """A line beside a result, on a card that is read in the light and in the dark theme."""

    def __init__(self, says: str) -> None:
        self.says = says

    def __repr__(self) -> str:
        return self.says

    def _repr_html_(self) -> str:
        return f'<p role="status" style="{LOOK}">{html.escape(self.says)}</p>'


def number(
    name: str,
    asks: str,
    unit: str = "",
    *,
    close: float = 0.0,
    hopeful: Literal["", "high", "low"] = "",
) -> Prediction:
    """Show a box for a number before the run; `.beside(measured)` answers it after the run.

    name:    lesson and word, such as "01-heat"; it must be the only one of this name
    close:   the largest difference, in the unit, that still counts as close
    hopeful: whether a "high" or a "low" number is what one would wish for, if either is
    """
    one = Prediction(name, asks, unit, (), close, hopeful)
    one.box.show()
    return one


def choice(name: str, asks: str, options: Sequence[str]) -> Prediction:
    """Show a box with choices before the run; `.beside(one_of_them)` answers it after the run.

    errors: ValueError for fewer than two options, or two alike
    """
    if len(set(options)) != len(options) or len(options) < 2:
        raise ValueError(f"got the options {options}, wanted two or more, all different")
    one = Prediction(name, asks, "", options, 0.0, "")
    one.box.show()
    return one


def _exactly(said: Said) -> str:
    """What a reader said, with every digit."""
    return f"{said:g}" if isinstance(said, float) else str(said)


def _number(text: str) -> float | None:
    """The number that a reader typed, with a decimal comma or a percent sign too."""
    try:
        found = float(text.strip().rstrip("%").replace(",", "."))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _show(line: Line) -> None:
    from IPython.display import display

    display(line)

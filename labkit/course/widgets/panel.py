"""Controls beside a picture, for one idea at a time.

The drawing is a plain function, `draw(axes, **values) -> alt text`, so it is tested without a
browser and the same function draws the static small multiples under the panel.
"""

import inspect
import itertools
import math
import threading
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as W

from labkit.course.widgets.controls import Control
from labkit.course.widgets.messages import alert, status_line
from labkit.course.widgets.page_script import PageScript
from labkit.plots.picture import DPI, Picture, draw_multiples, draw_picture

Draw = Callable[..., str]
MOST_CORNERS = 81


class Panel(W.VBox):
    """Redraws `draw(axes, **values)` when a control moves; keeps the last good picture on an error.

    draw:    draws on the given axes and returns the alt text: what is drawn, with its numbers.
             A parameter called `before` receives the values of the previous picture (a dict, or
             None at first), to draw them in grey. With `columns` > 1, axes is a tuple.
    size:    inches, of the whole picture
    columns: axes side by side
    dpi:     pixels per inch; fewer keep a picture full of digits small in a saved notebook
    possible: tells by the values whether a combination can be chosen; None when all can. It does
             not stop anybody from choosing: `sum_at_most` does
    controls: number(...), choice(...) or switch(...), named as the parameters of draw

    JupyterLab may call the redraw from a second thread, so nothing here uses pyplot.
    """

    def __init__(
        self,
        draw: Draw,
        *,
        size: tuple[float, float] = (5.0, 3.0),
        columns: int = 1,
        dpi: int = DPI,
        possible: Callable[..., bool] | None = None,
        **controls: Control,
    ) -> None:
        self.draw, self.size, self.columns, self.possible = draw, size, columns, possible
        self.dpi = dpi
        self.controls = controls
        self.errors: list[Exception] = []
        self._wants_before = "before" in inspect.signature(draw).parameters
        self._shown: dict[str, Any] | None = None
        self._resetting = False
        self._one_at_a_time = threading.RLock()
        self.reset = W.Button(description="Reset", tooltip="Back to the first values")
        self.status = status_line()
        self.image = W.HTML()
        last_row = W.HBox([self.reset, self.status])
        super().__init__([*controls.values(), last_row, self.image, PageScript()])
        self.add_class("labkit-panel")
        self.show()  # in the cell itself, so that a broken first drawing fails the cell
        self.reset.on_click(self._on_reset)
        for control in controls.values():
            control.widget.observe(self._on_move, "value")

    def values(self) -> dict[str, Any]:
        """What the controls say now, as draw receives it."""
        return {name: control.widget.value for name, control in self.controls.items()}

    def picture(self, **values: object) -> Picture:
        """The picture for the given values; those not named are the controls' own."""
        return self._picture({**self.values(), **values}, None)

    def show(self) -> None:
        """Draw the present values; an error is raised and the last good picture stays."""
        values = self.values()
        self.image.value = self._picture(values, self._shown).to_html()
        self._shown = values

    def static_twin(self, **over: Sequence[object]) -> Picture:
        """Small multiples of the same drawing for print and for pages without a kernel.

        over: one control (a row) or two (rows, then columns) with the values to show, such as
              `static_twin(alpha=(0, 0.5, 1), temperature=(1, 4, 16))`
        """
        unknown = [name for name in over if name not in self.controls]
        if unknown or not 1 <= len(over) <= 2 or self.columns > 1:
            raise ValueError(
                f"got {', '.join(over) or 'nothing'}; name one or two of "
                f"{', '.join(self.controls)}, on a panel with one column"
            )
        values = self.values()
        return draw_multiples(lambda axes, **some: self._drawn(axes, values | some, None), over)

    def try_corners(self) -> int:
        """Draw every low, middle, high combination; the first that fails raises. Returns how many.

        With more than 81 combinations, only the first and the last of each control are; those
        that are not possible never are.
        """
        tries = [control.tries for control in self.controls.values()]
        if math.prod(map(len, tries)) > MOST_CORNERS:
            tries = [(some[0], some[-1]) for some in tries]
        earlier, count = None, 0
        for combination in itertools.product(*tries):
            values = dict(zip(self.controls, combination, strict=True))
            if self.possible and not self.possible(**values):
                continue
            self._picture(values, earlier).png()
            earlier, count = values, count + 1
        return count

    def _drawn(self, axes: object, values: dict[str, Any], before: dict[str, Any] | None) -> str:
        if self._wants_before:
            return self.draw(axes, before=before, **values)
        return self.draw(axes, **values)

    def _picture(self, values: dict[str, Any], before: dict[str, Any] | None) -> Picture:
        def drawn(axes: object) -> str:
            return self._drawn(axes, values, before)

        return draw_picture(drawn, self.size, self.columns, self.dpi)

    def _on_move(self, _: object) -> None:
        with self._one_at_a_time:
            if self._resetting or self.values() == self._shown:
                return
            self._try_to_show()

    def _try_to_show(self) -> None:
        try:
            self.show()
            self.status.value = ""
        except Exception as error:  # whatever a drawing raises must not vanish in the log
            self.errors.append(error)
            self.status.value = alert(f"Not drawn, {type(error).__name__}: {error}")

    def _on_reset(self, _: object) -> None:
        with self._one_at_a_time:
            self._resetting = True
            try:
                for control in [*self.controls.values()] * 2:  # one may hold another's end down
                    control.widget.value = control.start
            finally:
                self._resetting = False
            self._shown = None
            self._try_to_show()

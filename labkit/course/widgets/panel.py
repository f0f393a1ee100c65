"""Controls beside a picture, for one idea at a time.

The drawing is a plain function, `draw(axes, **values) -> alt text`, so it is tested without a
browser and the same function draws the static small multiples under the panel.
"""

import html
import inspect
import itertools
import math
import threading
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as W

from labkit.plots.picture import Picture, draw_multiples, draw_picture

Draw = Callable[..., str]
MOST_CORNERS = 81
ALIGNED = {"description_width": "8.5em"}
# ipywidgets 8.1.9 gives its sliders no accessible name, so each takes the text of its own label;
# and it has a screen reader say 2.5000000000000004 where a step ends at 2.5.
# JupyterLab takes arrow keys and letters away from a list that has the focus (two d's delete the
# cell), unless the list says otherwise.
NAME_SLIDERS = """<style onload="
  let left = 50; const panel = this.closest('.labkit-panel');
  const timer = setInterval(() => {
    for (const handle of panel.querySelectorAll('[role=slider]:not([aria-label])')) {
      const label = handle.closest('.widget-slider').querySelector('label').textContent;
      handle.setAttribute('aria-label', label);
    }
    for (const list of panel.querySelectorAll('select')) list.dataset.lmSuppressShortcuts = true;
    if (--left < 1) clearInterval(timer);
  }, 100);
  new MutationObserver(changes => changes.forEach(({target}) => {
    const said = target.getAttribute('aria-valuetext');
    const tidy = String(Number(Number(said).toPrecision(10)));
    if (said !== tidy) target.setAttribute('aria-valuetext', tidy);
  })).observe(panel, {subtree: true, attributeFilter: ['aria-valuetext']});"></style>"""


class Control(W.HBox):
    """One row of a panel: the widget that holds the value, and what stands beside it."""

    def __init__(self, widget: W.ValueWidget, tries: Sequence[object], *beside: W.Widget) -> None:
        self.widget = widget
        self.start = widget.value
        self.tries = tuple(tries)
        super().__init__([widget, *beside])


def number(
    name: str, value: float, low: float, high: float, step: float, unit: str = ""
) -> Control:
    """A slider with a typed twin: arrow keys and exact values, and a name that is read aloud.

    unit: shown behind the value, such as "nats"; "" for a pure number
    """
    if not low <= value <= high:
        raise ValueError(f"{name} starts at {value}, outside {low} to {high}; move one of them")
    slider = W.FloatSlider(
        value=value, min=low, max=high, step=step, description=name, continuous_update=False,
        readout=False, style=ALIGNED, layout=W.Layout(width="24em"),
    )  # fmt: skip
    box = W.BoundedFloatText(
        value=value, min=low, max=high, step=step, description=f"{name} =",
        style={"description_width": "9.5em"}, layout=W.Layout(width="16em"),
    )  # fmt: skip
    W.jslink((slider, "value"), (box, "value"))
    slider.observe(_tidy, "value")
    return Control(slider, (low, (low + high) / 2, high), box, *([W.Label(unit)] if unit else []))


def sum_at_most(follower: Control, leader: Control, most: float = 1.0) -> None:
    """Let the follower end where the two numbers sum to `most`; its value is pulled in.

    Both come from `number`. Link them before they are handed to a panel, so that the panel
    never sees a sum above `most`.
    """
    slider, box = follower.widget, follower.children[1]
    top = slider.max

    def follow(_: object = None) -> None:
        end = float(f"{min(top, most - leader.widget.value):.10g}")
        for one in (box, slider):
            one.max = end

    follow()
    leader.widget.observe(follow, "value")


def _tidy(change: Any) -> None:
    """The slider counts its steps in the browser and ends at 2.5000000000000004; make it 2.5."""
    tidy = float(f"{change.new:.10g}")
    if tidy != change.new:
        change.owner.value = tidy


def choice(name: str, options: Sequence[str], value: str | None = None) -> Control:
    """A list of names to choose from; the first is chosen unless `value` says otherwise."""
    chosen = options[0] if value is None else value
    return Control(
        W.Dropdown(
            options=list(options),
            value=chosen,
            description=name,
            style=ALIGNED,
            layout=W.Layout(width="32em"),
        ),
        options,
    )


def switch(name: str, value: bool = False) -> Control:
    """A box to tick."""
    box = W.Checkbox(value=value, description=name, style=ALIGNED, layout=W.Layout(width="40em"))
    return Control(box, (False, True))


def slider_names() -> W.HTML:
    """A child that shows nothing and gives the sliders of its panel their names."""
    return W.HTML(NAME_SLIDERS, layout=W.Layout(display="none"))


def alert(said: str) -> str:
    """One line of HTML that a screen reader speaks at once."""
    return f'<p role="alert" style="margin:0">{html.escape(said)}</p>'


def status_line() -> W.HTML:
    """A line for a message; as high when empty as when full, so that the page does not jump."""
    return W.HTML(layout=W.Layout(min_height="28px", flex="1 1 0"))


class Panel(W.VBox):
    """Redraws `draw(axes, **values)` when a control moves; keeps the last good picture on an error.

    draw:    draws on the given axes and returns the alt text: what is drawn, with its numbers.
             A parameter called `before` receives the values of the previous picture (a dict, or
             None at first), to draw them in grey. With `columns` > 1, axes is a tuple.
    size:    inches, of the whole picture
    columns: axes side by side
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
        possible: Callable[..., bool] | None = None,
        **controls: Control,
    ) -> None:
        self.draw, self.size, self.columns, self.possible = draw, size, columns, possible
        self.controls = controls
        self.errors: list[Exception] = []
        self._wants_before = "before" in inspect.signature(draw).parameters
        self._shown: dict[str, Any] | None = None
        self._resetting = False
        self._one_at_a_time = threading.RLock()
        self.reset = W.Button(description="Reset", tooltip="Back to the first values")
        self.status = status_line()
        self.image = W.HTML(layout=W.Layout(min_height=f"{round(size[1] * 100) + 8}px"))
        last_row = W.HBox([self.reset, self.status])
        super().__init__([*controls.values(), last_row, self.image, slider_names()])
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
        return draw_picture(lambda axes: self._drawn(axes, values, before), self.size, self.columns)

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

"""The controls of a panel: numbers, lists and boxes, each with a name that is read aloud."""

from collections.abc import Sequence
from typing import Any

import ipywidgets as W

ALIGNED = {"description_width": "8.5em"}


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
        style={"description_width": "9.5em"}, layout=W.Layout(width="14em"),
    )  # fmt: skip
    W.jslink((slider, "value"), (box, "value"))
    slider.observe(_tidy, "value")
    return Control(slider, (low, (low + high) / 2, high), box, *([W.Label(unit)] if unit else []))


def class_sliders(classes: int, fewest: int, logits: Sequence[float]) -> dict[str, Control]:
    """One slider per class for its logit, -5 to 5: the values of a panel about one text.

    logits: where the sliders start, one per class or more
    errors: ValueError for fewer classes than `fewest`, or more than there are logits
    """
    if not fewest <= classes <= len(logits):
        raise ValueError(f"classes must be {fewest} to {len(logits)}, got {classes}")
    return {
        f"class_{letter}": number(f"logit of class {letter}", start, -5, 5, 0.5)
        for letter, start in zip("ABCDEF"[:classes], logits, strict=False)
    }


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

"""The z-score as geometry: rows of logits slide to a plane and are stretched onto a sphere.

The pictures are computed: each hollow point is a row of logits, each filled one its z-score.
"""

import math

import torch
from torch import Tensor

from labkit.losses.standardised import zscore
from labkit.plots.diagram import Diagram, Point, arrow, curve, dot, words

PANEL, HIGH = 253.0, 330.0
"""Width of one drawing and height of all."""
MIDDLE = 165.0
UNIT = 36.0
"""Pixels of one logit unit."""
ROWS: dict[int, tuple[tuple[float, ...], ...]] = {
    2: ((3.0, -1.0), (0.9, 0.4), (-1.6, 1.2)),
    3: ((3.4, 0.2, -0.6), (0.5, 0.9, -0.1), (-2.0, 1.9, 1.0), (-0.3, -2.1, 2.2)),
    4: ((2.9, -0.3, 0.1, -1.0), (-0.4, 0.2, 0.7, 0.3), (-2.0, 0.6, -1.1, 2.4)),
}
"""Classes -> some rows of logits."""
TITLES = {
    2: ("2 classes: a line", "all rows end on two points"),
    3: ("3 classes: a plane", "a circle: one number is left"),
    4: ("4 classes: a space", "a sphere: two numbers are left"),
}


def sphere() -> Diagram:
    """Where the z-score puts rows of two, three and four classes."""
    parts = [part for place, classes in enumerate(ROWS) for part in _panel(place, classes)]
    key = "hollow: a row of logits, its mean taken off · filled: its z-score"
    parts.append(words((PANEL * len(ROWS) / 2, HIGH - 14), key))
    alt = (
        "Three drawings. Taking off the mean leaves C - 1 numbers of a row of C logits; dividing "
        "by the deviation moves the row straight from the centre onto a sphere, which leaves "
        "C - 2. Two classes: a line, on which every row lands on one of two points. Three: a "
        "plane, on which rows land on a circle. Four: a space, in which they land on a sphere."
    )
    return Diagram((PANEL * len(ROWS), HIGH), alt, tuple(parts))


def on_paper(logits: Tensor) -> Tensor:
    """Rows without their mean, as points of a drawing, in logit units.

    logits: (batch, classes), 2 to 4 classes
    returns (batch, 2); four classes are seen from an angle, and two lie on a line
    """
    classes = logits.shape[-1]
    flat = (logits - logits.mean(dim=-1, keepdim=True)) @ _axes(classes).T
    if classes == 2:
        return torch.cat([flat, torch.zeros_like(flat)], dim=-1)
    view = torch.eye(2) if classes == 3 else torch.tensor([[0.9, 0.0, 0.44], [0.13, 0.96, -0.26]])
    return flat @ view.T


def _axes(classes: int) -> Tensor:
    """Right-angled directions of length 1 whose numbers sum to 0, (classes - 1, classes)."""
    rows = []
    for place in range(1, classes):
        row = torch.zeros(classes)
        row[:place], row[place] = 1.0, -float(place)
        rows.append(row / row.norm())
    return torch.stack(rows)


def _panel(place: int, classes: int) -> list[str]:
    left = PANEL * place
    centre = (left + PANEL / 2, MIDDLE)
    title, below = TITLES[classes]
    logits = torch.tensor(ROWS[classes])
    parts = [
        words((centre[0], 22), title, bold=True, size=15),
        words((centre[0], HIGH - 46), below),
        *_ground(centre, classes),
    ]
    starts, ends = on_paper(logits), on_paper(zscore(logits))
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        a, b = _place(centre, start), _place(centre, end)
        parts += [_link(a, b), dot(a, "student", hollow=True), dot(b, "student")]
    return parts


def _link(a: Point, b: Point) -> str:
    """An arrow that ends short of the filled point, so that its head is seen."""
    long = math.dist(a, b)
    share = 1 - 9 / long if long > 24 else 1.0
    end = (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
    return arrow([a, end], "student") if share < 1 else curve([a, b], "student")


def _ground(centre: Point, classes: int) -> list[str]:
    """The line, or the circle with its sphere's equator, that z-scores lie on."""
    radius = UNIT * math.sqrt(classes - 1)
    origin = dot(centre, "baseline", radius=2.0)
    if classes == 2:
        wide = PANEL / 2 - 14
        ends = [(centre[0] - wide, centre[1]), (centre[0] + wide, centre[1])]
        tip = words((centre[0], centre[1] + 34), "±0.71 in each logit")
        return [curve(ends, "baseline", wide=1.5), origin, tip]
    rings = [_ellipse(centre, radius, radius)]
    if classes == 4:
        rings.append(_ellipse(centre, radius, radius * 0.28, dashed=True))
    return [*rings, origin]


def _ellipse(centre: Point, wide: float, high: float, dashed: bool = False) -> str:
    turns = [2 * math.pi * step / 72 for step in range(73)]
    around = [(centre[0] + wide * math.cos(t), centre[1] + high * math.sin(t)) for t in turns]
    return curve(around, "baseline", dashed, wide=1.5)


def _place(centre: Point, units: list[float]) -> Point:
    return centre[0] + UNIT * units[0], centre[1] - UNIT * units[1]

"""Boxes and arrows as one SVG that takes the colours of the page around it, light or dark."""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

from labkit.plots.looks import ROLES

Point = tuple[float, float]

INK = "var(--jp-content-font-color1, var(--ink, #1b1b1b))"
PAPER = "var(--jp-layout-color0, var(--paper, #ffffff))"
"""JupyterLab's colours, or those of the course's site, or dark on white where there are neither."""
THEMES = {
    "page": {},
    "light": {INK: "#1b1b1b", PAPER: "#ffffff"},
    "dark": {INK: "#e6e6e6", PAPER: "#16181b"},
}
"""For whom a drawing is made -> what stands in place of the page's colours."""
DASHES = {"-": "", "--": "8 5", "-.": "9 4 2 4", ":": "2 4"}
"""matplotlib's line styles, as roles have them, in SVG's words."""
LINE = 2.5
HEAD_LONG, HEAD_WIDE = 11.0, 9.0
"""Of an arrow, in pixels, as are all lengths here."""
LEADING = 18.0
SIZE = 14.0


@dataclass(frozen=True, repr=False)
class Diagram:
    """A drawing made of parts, with its alt text; shows itself in a notebook as inline SVG."""

    size: Point
    """Width and height; on a narrow page all shrinks alike."""
    alt: str
    """What the drawing says, as sentences: it replaces the picture for who cannot see it."""
    parts: tuple[str, ...]
    """From `box`, `arrow`, `curve`, `dot`, `words`; later ones lie above earlier ones."""

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("a diagram without alt text; say in sentences what it shows")

    def svg(self, theme: str = "page") -> str:
        """The drawing as one <svg>; "light" and "dark" make files that stand alone.

        errors: ValueError for another theme
        """
        if theme not in THEMES:
            raise ValueError(f"no theme {theme!r}; the themes are {', '.join(THEMES)}")
        wide, high = self.size
        inside = "".join(self.parts)
        ground = f'<rect width="{wide:g}" height="{high:g}" fill="{PAPER}"/>'
        text = (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{wide:g}" '
            f'viewBox="0 0 {wide:g} {high:g}" style="max-width:100%;height:auto" '
            f'font-family="system-ui, sans-serif" aria-label="{html.escape(self.alt)}">'
            f"{ground}{inside}</svg>"
        )
        for name, colour in THEMES[theme].items():
            text = text.replace(name, colour)
        return text

    def _repr_html_(self) -> str:
        return self.svg()

    def __repr__(self) -> str:
        return f"Diagram: {self.alt}"


def colour_of(role: str) -> str:
    """The colour of a role of `labkit.plots.roles`; "ink" and "other" are the page's own."""
    return INK if role in ("ink", "other") else ROLES[role].color


def box(centre: Point, size: Point, lines: Sequence[str], role: str, wide: float = LINE) -> str:
    """A box with centred lines of text, its edge in the colour and the line style of its role."""
    (x, y), (width, height) = centre, size
    dash = "" if role == "ink" else DASHES[ROLES[role].line]
    edge = (
        f'<rect x="{x - width / 2:g}" y="{y - height / 2:g}" width="{width:g}" '
        f'height="{height:g}" rx="7" fill="{PAPER}" stroke="{colour_of(role)}" '
        f'stroke-width="{wide:g}" stroke-dasharray="{dash}"/>'
    )
    top = y - LEADING * (len(lines) - 1) / 2
    return edge + "".join(words((x, top + LEADING * i), line) for i, line in enumerate(lines))


def arrow(points: Sequence[Point], role: str = "ink", dashed: bool = False) -> str:
    """A line through the points that ends in a head at the last one.

    errors: ValueError for fewer than two points
    """
    if len(points) < 2:
        raise ValueError(f"an arrow through {len(points)} points; it needs two")
    (from_x, from_y), (x, y) = points[-2:]
    long = math.hypot(x - from_x, y - from_y) or 1.0
    along_x, along_y = (x - from_x) / long, (y - from_y) / long
    base_x, base_y = x - HEAD_LONG * along_x, y - HEAD_LONG * along_y
    side_x, side_y = -along_y * HEAD_WIDE / 2, along_x * HEAD_WIDE / 2
    head = _points([(x, y), (base_x + side_x, base_y + side_y), (base_x - side_x, base_y - side_y)])
    line = curve([*points[:-1], (base_x, base_y)], role, dashed)
    return f'{line}<polygon points="{head}" fill="{colour_of(role)}"/>'


def curve(
    points: Sequence[Point], role: str = "ink", dashed: bool = False, wide: float = LINE
) -> str:
    """An open line through the points."""
    dash = "6 5" if dashed else ""
    return (
        f'<polyline points="{_points(points)}" fill="none" stroke="{colour_of(role)}" '
        f'stroke-width="{wide:g}" stroke-dasharray="{dash}"/>'
    )


def dot(centre: Point, role: str = "ink", hollow: bool = False, radius: float = 6.0) -> str:
    """A point, filled or as a ring."""
    inside = PAPER if hollow else colour_of(role)
    return (
        f'<circle cx="{centre[0]:.1f}" cy="{centre[1]:.1f}" r="{radius:g}" fill="{inside}" '
        f'stroke="{colour_of(role)}" stroke-width="{LINE:g}"/>'
    )


def words(
    place: Point, text: str, anchor: str = "middle", bold: bool = False, size: float = SIZE
) -> str:
    """One line of text, centred at a height, with a margin that keeps lines off its letters.

    anchor: "start", "middle" or "end", which part of the text stands at the place
    """
    weight = "bold" if bold else "normal"
    return (
        f'<text x="{place[0]:g}" y="{place[1]:g}" dy="0.35em" text-anchor="{anchor}" '
        f'font-size="{size:g}" font-weight="{weight}" fill="{INK}" stroke="{PAPER}" '
        f'stroke-width="4" paint-order="stroke">{html.escape(text)}</text>'
    )


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)

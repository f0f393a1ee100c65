"""A drawing and the sentence that is read out in its place."""

import base64
import html
import io
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

DPI = 128
PIXELS_PER_INCH = 100
COLORS = 128
LETTERS_OF_A_LINE, MOST_LINES = 32, 3
"""Of a text above a small drawing."""


@dataclass(frozen=True, repr=False)
class Picture:
    """A figure with its alt text; shows itself in a notebook as one image."""

    figure: Figure
    alt: str
    """What is drawn, with its numbers, in one or two sentences."""
    dpi: int = DPI
    """Pixels per inch; fewer keep a picture full of digits small in a saved notebook."""

    def __post_init__(self) -> None:
        if not self.alt or not self.alt.strip():
            raise ValueError(
                "a picture without alt text; let the draw function return one sentence that "
                "says what is drawn, with its numbers"
            )

    def png(self) -> bytes:
        """The picture as PNG with a palette: a third of the size, no loss that is seen."""
        from PIL import Image

        self.figure.set_dpi(self.dpi)
        canvas = FigureCanvasAgg(self.figure)
        canvas.draw()
        pixels = np.asarray(canvas.buffer_rgba())[..., :3]
        image = Image.fromarray(np.ascontiguousarray(pixels)).quantize(
            COLORS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
        )
        data = io.BytesIO()
        image.save(data, "png")
        return data.getvalue()

    def to_html(self) -> str:
        """One <img> with its alt text; its height does not depend on what is drawn."""
        code = base64.b64encode(self.png()).decode()
        wide, high = (round(inches * PIXELS_PER_INCH) for inches in self.figure.get_size_inches())
        style = (
            f"width:{wide}px;max-width:100%;height:auto;aspect-ratio:{wide}/{high};background:#fff"
        )
        alt = html.escape(self.alt, quote=True)
        return f'<img alt="{alt}" style="{style}" src="data:image/png;base64,{code}">'

    _repr_html_ = to_html

    def __repr__(self) -> str:
        return f"Picture: {self.alt}"


def draw_picture(
    draw: Callable[..., str],
    size: tuple[float, float] = (5.0, 3.0),
    columns: int = 1,
    dpi: int = DPI,
) -> Picture:
    """A picture of its own for `draw(axes) -> alt text`; several columns give a tuple of axes.

    Margins are fixed, because a computed layout doubles the time to draw and makes axes jump.
    """
    wide, high = size
    figure = Figure(figsize=size, facecolor="white")
    figure.subplots_adjust(
        left=0.65 / wide, right=1 - 0.15 / wide, bottom=0.55 / high, top=1 - 0.42 / high,
        wspace=0.75 * columns / wide,
    )  # fmt: skip
    axes = figure.subplots(1, columns, squeeze=False)[0]
    alt = draw(axes[0] if columns == 1 else tuple(axes))
    for one in axes:
        # a title at a fixed height: matplotlib's search for a free one takes a fifth of the time
        one.set_title(one.get_title(), y=1.0, fontsize=one.title.get_fontsize())
    return Picture(figure, alt, dpi)


def several(given: Axes | tuple[Axes, ...]) -> tuple[Axes, ...]:
    """The axes that `draw_picture` hands out, which is a lone one without a tuple around it."""
    return given if isinstance(given, tuple) else (given,)


def three_places(
    axes: Axes, widths: tuple[float, float, float], gap: float
) -> tuple[Axes, Axes, Axes]:
    """Three axes side by side in the place of one, which becomes invisible.

    widths: in relation to one another; gap: between two, as a share of their mean width
    """
    axes.set_axis_off()
    figure, place = axes.figure, axes.get_subplotspec()
    assert place is not None
    parts = place.subgridspec(1, 3, width_ratios=widths, wspace=gap)
    left, middle, right = (figure.add_subplot(parts[0, number]) for number in range(3))
    return left, middle, right


def draw_multiples(draw: Callable[..., str], over: Mapping[str, Sequence[object]]) -> Picture:
    """A grid of the same drawing: one name gives a row, two give rows and columns."""
    names = list(over)
    rows: Sequence[object] = over[names[0]] if len(names) == 2 else (None,)
    columns = over[names[-1]]
    figure = Figure(
        figsize=(min(9.0, 3.0 * len(columns)), 2.2 * len(rows) + 0.3),
        layout="constrained",
        facecolor="white",
    )
    grid = figure.subplots(len(rows), len(columns), squeeze=False, sharex=True, sharey=True)
    alt = []
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            some = dict(zip(names, (row, column) if len(names) == 2 else (column,), strict=True))
            label = ", ".join(
                f"{name.replace('_', ' ')} {_short(value)}" for name, value in some.items()
            )
            alt.append(f"{label}: {draw(grid[i, j], **some)}")
            _as_small(grid[i, j], label, first=i == j == 0)
    return Picture(figure, " ".join(alt))


def write_texts(multiples: Picture, texts: Sequence[str]) -> None:
    """Write a text above each small drawing, in place of its number; a long text is cut."""
    folded = [
        textwrap.wrap(text, LETTERS_OF_A_LINE, max_lines=MOST_LINES, placeholder=" ...")
        for text in texts
    ]
    for axes, lines in zip(multiples.figure.axes, folded, strict=False):
        axes.set_title("\n".join(lines), fontsize=9)
    wide, high = multiples.figure.get_size_inches()
    multiples.figure.set_size_inches(wide, high + 0.15 * (max(map(len, folded)) - 1))


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _as_small(axes: Axes, label: str, first: bool) -> None:
    """Title with the values, outer labels only, the legend once."""
    axes.set_title(label, fontsize=9)
    axes.label_outer()
    legend = axes.get_legend()
    if legend and not first:
        legend.remove()

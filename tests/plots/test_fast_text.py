"""Texts written at once: where they stand, in which ink, and that they are really seen."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from labkit.plots.fast_text import write


def ink(*texts, **named):
    """Where the picture of a square axes from 0 to 1 is dark, as (rows, columns)."""
    figure = Figure(figsize=(2, 2), dpi=100)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    write(axes, [(0.5, 0.5)] * len(texts), texts, **named)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.nonzero(np.asarray(canvas.buffer_rgba())[..., :3].mean(-1) < 128)


def test_a_text_stands_in_the_middle_of_its_place():
    rows, columns = ink("88.8", size=20)
    assert rows.min() + rows.max() == pytest.approx(200, abs=3)
    assert columns.min() + columns.max() == pytest.approx(200, abs=3)


def test_a_text_ends_or_begins_at_its_place_when_asked():
    assert ink("88", size=20, align="right")[1].max() < 102
    assert ink("88", size=20, align="left")[1].min() > 98


def test_two_lines_stand_above_and_below_the_place():
    rows, _ = ink("88\n88", size=20)
    assert rows.min() + rows.max() == pytest.approx(200, abs=4)
    assert 100 not in rows


def test_nothing_to_write_writes_nothing_and_each_text_has_its_ink():
    assert len(ink("", " ")[0]) == 0
    axes = Figure().subplots()
    written = write(axes, [(0, 0), (1, 1)], ["1", "2"], ["white", "black"])
    assert [tuple(colour[:3]) for colour in written.get_facecolors()] == [(1, 1, 1), (0, 0, 0)]


def test_crisp_letters_have_no_grey_edges():
    def greys(crisp):
        figure = Figure(figsize=(2, 2), dpi=100)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        write(axes, [(0.5, 0.5)], ["88"], size=20, crisp=crisp)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        return len(np.unique(np.asarray(canvas.buffer_rgba())[..., 0]))

    assert greys(crisp=True) == 2
    assert greys(crisp=False) > 10

"""A picture and its alt text: what is refused, what is shown, how small it is."""

import io

import pytest
from matplotlib.figure import Figure
from PIL import Image

from labkit.plots.picture import (
    Picture,
    draw_multiples,
    draw_picture,
    several,
    three_places,
    write_texts,
)


def slope(axes, tilt, height=0.0):
    axes.plot([0, 1], [height, height + tilt], label="slope")
    axes.legend()
    return f"a slope of {tilt:g}."


@pytest.mark.parametrize("alt", ["", "  \n"])
def test_a_picture_without_alt_text_is_refused(alt):
    with pytest.raises(ValueError, match="without alt text; let the draw function return one"):
        Picture(Figure(), alt)


def test_the_alt_text_is_escaped_and_the_page_under_it_is_white():
    picture = draw_picture(lambda axes: 'says "<hi>"')
    assert picture._repr_html_().startswith('<img alt="says &quot;&lt;hi&gt;&quot;"')
    corner = Image.open(io.BytesIO(picture.png())).convert("RGB").getpixel((0, 0))
    assert min(corner) >= 250
    assert repr(picture) == 'Picture: says "<hi>"'


def test_the_size_on_the_page_depends_on_the_figure_alone():
    pictures = [draw_picture(lambda axes, n=n: slope(axes, n), (4.0, 2.5)) for n in (1, 1000)]
    assert all("width:400px" in one.to_html() for one in pictures)
    assert all("aspect-ratio:400/250" in one.to_html() for one in pictures)


def test_several_columns_give_a_tuple_of_axes():
    picture = draw_picture(lambda axes: f"{len(axes)} axes", columns=2)
    assert picture.alt == "2 axes"
    assert len(picture.figure.axes) == 2


def test_two_names_make_rows_and_columns_with_one_legend():
    picture = draw_multiples(slope, {"tilt": (1, 2), "height": (0, 0.5, 1)})
    axes = picture.figure.axes
    assert [one.get_title() for one in axes[:3]] == [
        "tilt 1, height 0", "tilt 1, height 0.5", "tilt 1, height 1",
    ]  # fmt: skip
    assert [bool(one.get_legend()) for one in axes] == [True] + [False] * 5
    assert "tilt 2, height 0.5: a slope of 2." in picture.alt


def test_one_name_makes_a_row():
    assert len(draw_multiples(slope, {"tilt": (1, 2, 3)}).figure.axes) == 3


def test_texts_above_small_drawings_are_folded_and_long_ones_cut():
    multiples = draw_multiples(lambda axes, question: "drawn.", {"question": (1, 2)})
    before = multiples.figure.get_size_inches()[1]
    write_texts(multiples, ["why?", "what " * 40])
    first, second = (axes.get_title() for axes in multiples.figure.axes)
    assert first == "why?"
    assert second.endswith("...")
    assert max(map(len, second.splitlines())) <= 32
    assert multiples.figure.get_size_inches()[1] > before


def test_three_places_stand_side_by_side_inside_the_one_they_replace():
    axes = Figure().subplots()
    before = axes.get_position()
    places = [one.get_position() for one in three_places(axes, (1, 1, 2), 0.3)]
    assert not axes.axison and len(axes.figure.axes) == 4
    assert before.x0 - 1e-9 <= places[0].x0 and places[2].x1 <= before.x1 + 1e-9
    assert places[0].x1 < places[1].x0 and places[1].x1 < places[2].x0
    assert places[2].width > 1.9 * places[0].width


def test_a_lone_axes_gets_its_tuple():
    one, two = Figure().subplots(1, 2)
    assert several(one) == (one,) and several((one, two)) == (one, two)

"""A diagram is valid SVG, says its alt text, and takes the page's colours or a theme's own."""

from xml.etree import ElementTree

import pytest

from labkit.plots import diagram
from labkit.plots.diagram import Diagram, arrow, box, curve, dot, words
from labkit.plots.looks import ROLES

NAME = "{http://www.w3.org/2000/svg}"


def drawn(*parts, theme="light"):
    return ElementTree.fromstring(Diagram((100, 50), "A box & more.", parts).svg(theme))


def test_the_svg_is_read_out_by_its_alt_text():
    image = drawn(words((1, 2), "a < b"))
    assert (image.get("role"), image.get("aria-label")) == ("img", "A box & more.")
    assert image.find(f"{NAME}text").text == "a < b"
    with pytest.raises(ValueError, match="alt text"):
        Diagram((1, 1), " ", ())


def test_a_page_keeps_its_colours_and_a_file_has_its_own():
    picture = Diagram((9, 9), "Ink.", (words((1, 1), "x"),))
    assert "var(--jp-content-font-color1" in picture._repr_html_()
    light, dark = picture.svg("light"), picture.svg("dark")
    assert "var(" not in light + dark
    assert ('fill="#1b1b1b"' in light, 'fill="#e6e6e6"' in dark) == (True, True)
    with pytest.raises(ValueError, match="no theme 'sepia'"):
        picture.svg("sepia")


def test_a_box_has_its_roles_colour_and_line_and_its_text_in_lines_around_the_centre():
    image = drawn(box((50, 25), (40, 30), ["one", "two"], "assistant"))
    edge = image.findall(f"{NAME}rect")[1]
    assert edge.get("stroke") == ROLES["assistant"].color
    assert edge.get("stroke-dasharray") == diagram.DASHES["--"]
    heights = [float(text.get("y")) for text in image.findall(f"{NAME}text")]
    assert sum(heights) / 2 == 25
    assert heights[1] - heights[0] == diagram.LEADING


def test_an_arrow_points_at_its_last_point():
    image = drawn(arrow([(0, 0), (0, 40), (30, 40)], "teacher"))
    tip, *base = image.find(f"{NAME}polygon").get("points").split()
    assert tip == "30.0,40.0"
    assert {point.split(",")[0] for point in base} == {f"{30 - diagram.HEAD_LONG:.1f}"}
    with pytest.raises(ValueError, match="through 1 points"):
        arrow([(0, 0)])


def test_dashes_and_hollow_dots_are_second_cues_beside_the_colour():
    image = drawn(curve([(0, 0), (1, 1)], "student", dashed=True), dot((5, 5), "real", hollow=True))
    assert image.find(f"{NAME}polyline").get("stroke-dasharray")
    ring = image.find(f"{NAME}circle")
    assert (ring.get("fill"), ring.get("stroke")) == ("#ffffff", ROLES["real"].color)

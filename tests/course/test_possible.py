"""A predicted number is refused only where no run could measure it, unit by unit."""

import pytest

from labkit.course.possible import why_not


@pytest.mark.parametrize("unit, possible, impossible", [
    ("of 4", (0, 4), (-1, 2.5, 5)),
    ("of 12", (0, 12), (-1, 0.5, 13)),
    ("questions", (0, 500), (-1, 1.5)),
    ("numbers", (0, 6), (-1, 5.5)),
    ("directions", (0, 256), (-1, 5.5)),
    ("%", (0, 50.5, 100), (-0.1, 100.1)),
    ("% of the lines", (0, 100), (-1, 101)),
    ("% of the texts", (0, 100), (-1, 101)),
    ("points", (-100, 0.5, 100), (-101, 101)),
    ("times", (0.2, 40), (0, -2)),
    ("nats", (0, 0.69, 3), (-0.1,)),
])  # fmt: skip
def test_each_unit_has_its_range(unit, possible, impossible):
    assert [why_not(float(said), unit) for said in possible] == [""] * len(possible)
    for said in impossible:
        assert why_not(float(said), unit).startswith(f"{said:g} {unit} cannot be: write a "), said


@pytest.mark.parametrize("unit", ["% of the gain", "", "seconds"])
def test_an_unknown_unit_allows_every_number(unit):
    assert why_not(-250.5, unit) == "" == why_not(1e6, unit)


def test_the_sentence_says_what_to_write():
    assert why_not(12.5, "of 4") == "12.5 of 4 cannot be: write a whole number from 0 to 4"
    assert why_not(-1, "times").endswith("a number above 0, less than 1 for smaller or slower")

"""Whether a predicted number can be: "12.5 of 4" and "140 %" are slips of the finger."""

import re
from collections.abc import Callable

OF_SO_MANY = re.compile(r"of (\d+)")
COUNTED = ("questions", "numbers", "directions")
SHARES = ("%", "% of the lines", "% of the texts")


def why_not(said: float, unit: str) -> str:
    """What to write instead of a number that no run can measure; "" for one that can be.

    unit: the words behind the number. An unknown one allows every number: a gain's share may lie
          below 0 and above 100 %.
    """
    possible, wanted = _range(unit)
    return "" if possible(said) else f"{said:g} {unit} cannot be: write {wanted}".strip()


def _range(unit: str) -> tuple[Callable[[float], bool], str]:
    """The numbers that a unit allows, as a test and in words."""
    of = OF_SO_MANY.fullmatch(unit)
    if of:
        most = int(of[1])
        return lambda said: _whole(said) and said <= most, f"a whole number from 0 to {most}"
    if unit in COUNTED:
        return _whole, "a whole number, 0 or more"
    if unit in SHARES:
        return lambda said: 0 <= said <= 100, "a number from 0 to 100"
    if unit == "points":
        return lambda said: abs(said) <= 100, "a number from -100 to 100"
    if unit == "times":
        return lambda said: said > 0, "a number above 0, less than 1 for smaller or slower"
    if unit == "nats":
        return lambda said: said >= 0, "a number, 0 or more"
    return lambda _: True, ""


def _whole(said: float) -> bool:
    return said >= 0 and said.is_integer()

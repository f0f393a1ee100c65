"""One line to the reader about something that was mended or left out; never said twice."""

import sys
from functools import cache


@cache
def say(line: str) -> None:
    """Print a line to standard error, the same line once per process."""
    print(f"labkit: {one_line(line)}", file=sys.stderr)


def one_line(text: str) -> str:
    """The text with every character that does not print, a line break too, as a question mark."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)

"""One label as somebody wrote it: whether it is there, which number it is, which word."""

import math
import re
import unicodedata
from typing import Any

HIDDEN = -1
"""The label of a row whose label its publishers keep to themselves."""
WHOLE = re.compile(r"[+-]?[0-9]{1,100}(\.0*)?", re.ASCII)


def is_missing(value: Any) -> bool:
    """Whether there is no label: None, an empty text, or what pandas writes for none (NaN)."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, float) and math.isnan(value))


def whole(value: Any) -> int | None:
    """The whole number that a label stands for (7, 7.0, "007", "+7", "7.0"), or None."""
    if isinstance(value, str):
        return int(value.split(".")[0]) if WHOLE.fullmatch(value := value.strip()) else None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number(value: Any) -> float | None:
    """The number that a label is, NaN and infinite ones too, or None for words."""
    if isinstance(value, bool) or (isinstance(value, str) and "_" in value):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def folded(value: Any) -> str:
    """A word without what does not tell labels apart: case, spaces, how an accent is stored."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFC", " ".join(str(value).split()).casefold())

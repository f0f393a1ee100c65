"""JSON becomes columns: one object per line, or a list of objects."""

import io
import json
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from labkit.data.catalog import AssetError
from labkit.data.formats.rows import Lines
from labkit.data.formats.table import Table
from labkit.data.formats.text_column import TextColumn, columns_of

HALF_LETTER = re.compile(r"\\ud[89a-f]", re.IGNORECASE)
"""How JSON writes half of a letter outside the basic plane."""
Objects = Callable[[], Iterator[tuple[int, Any, bool]]]
"""Gives line, value and whether it was mended of each row, from the first one at each call."""


def read(text: str | Lines, name: str) -> Table:
    """The rows of a file of objects, one per line; a .json file may also hold one list of them.

    text: all characters, or what gives the lines; texts of a large file lie in a file again. Only
          such a list must fit into memory, and so must columns that hold anything but texts
    errors: AssetError with file and line for what is not JSON, not an object, is nested too deep,
            or names a column twice
    """
    lines = partial(io.StringIO, text, newline="") if isinstance(text, str) else text
    listed = ".json" in name.lower()[-8:] and ".jsonl" not in name.lower()
    first = next((line for line in lines() if line.strip()), "") if listed else ""
    if first.lstrip().startswith("["):
        whole = list(_of_list("".join(lines()), name))
        return _table(lambda: iter(whole), name)
    return _table(partial(_of_lines, lines, name), name)


def _of_list(text: str, name: str) -> Iterator[tuple[int, Any, bool]]:
    mends = HALF_LETTER.search(text) is not None
    for number, value in enumerate(_json(text, name, 1), start=1):
        yield (number, *_mended(value, mends))


def _of_lines(lines: Lines, name: str) -> Iterator[tuple[int, Any, bool]]:
    for number, line in enumerate(_ended(lines), start=1):
        if line.strip():
            value = _json(line.removesuffix("\n"), name, number)
            yield (number, *_mended(value, HALF_LETTER.search(line) is not None))


def _ended(lines: Lines) -> Iterator[str]:
    """Lines that end where JSON lines do; a single carriage return is a space there."""
    begun = ""
    for line in lines():
        begun += line
        if line.endswith("\n"):
            yield begun
            begun = ""
    yield begun


def _table(rows: Objects, name: str) -> Table:
    """Look at all rows for their columns and flaws first, then take them column by column."""
    counts: Counter[str] = Counter()
    texts: Counter[str] = Counter()
    numbers, strange, mended = array("q"), "", False
    for number, row, changed in rows():
        numbers.append(number)
        mended |= changed
        if isinstance(row, dict):
            counts.update(row.keys())
            texts.update(column for column, value in row.items() if isinstance(value, str))
        else:
            strange = strange or f"line {number} is a {type(row).__name__}"
    if strange:
        raise AssetError(f'{name}, {strange}, wanted one object {{"text": ...}}')
    columns = _columns(rows, [*counts], [each for each in counts if texts[each] == len(numbers)])
    in_file = any(isinstance(column, TextColumn) for column in columns.values())
    notes = (f"half letters in {name} replaced by \ufffd",) if mended else ()
    return Table(name, columns, numbers if in_file else numbers.tolist(), notes=notes)


def _columns(rows: Objects, names: Sequence[str], texts: Sequence[str]) -> dict[str, Sequence[Any]]:
    """The columns in the order of their names; `texts` hold a text in every row."""
    others: dict[str, list[Any]] = {name: [] for name in names if name not in texts}

    def cells() -> Iterator[list[str]]:
        for _, row, _ in rows():
            for name, values in others.items():
                values.append(row.get(name))
            yield [row[name] for name in texts]

    found = dict(zip(texts, columns_of(cells(), len(texts)), strict=True))
    return {name: found[name] if name in found else others[name] for name in names}


def _json(text: str, name: str, line: int) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_each_name_once)
    except RecursionError as error:
        raise AssetError(f"{name}, line {line} is nested too deep to be read") from error
    except ValueError as error:
        why = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise AssetError(f"{name}, line {line} is not JSON: {why}") from error


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"it names {twice!r} twice; keep one")
    return found


def _mended(value: Any, has_halves: bool) -> tuple[Any, bool]:
    """Halves of letters, as a text cut inside an emoji has them, become the replacement mark."""
    whole = _whole(value) if has_halves else value
    return whole, whole != value


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {_whole(name): _whole(each) for name, each in value.items()}
    return value

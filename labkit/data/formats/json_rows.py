"""JSON becomes columns: one object per line, or a list of objects."""

import json
import re
from dataclasses import replace
from typing import Any

from labkit.data.catalog import AssetError
from labkit.data.formats.table import Table

HALF_LETTER = re.compile(r"\\ud[89a-f]", re.IGNORECASE)
"""How JSON writes half of a letter outside the basic plane."""


def read(text: str, name: str) -> Table:
    """The rows of a file of objects, one per line; a .json file may also hold one list of them.

    errors: AssetError with file and line for what is not JSON, not an object, is nested too deep,
            or names a column twice
    """
    listed = ".json" in name.lower()[-8:] and ".jsonl" not in name.lower()
    if listed and text.lstrip().startswith("["):
        numbered = list(enumerate(_json(text, name, 1), start=1))
    else:
        lines = enumerate(text.split("\n"), start=1)
        numbered = [(n, _json(line, name, n)) for n, line in lines if line.strip()]
    for number, row in numbered:
        if not isinstance(row, dict):
            raise AssetError(
                f"{name}, line {number} is a {type(row).__name__}, "
                'wanted one object {"text": ...}'
            )
    names = dict.fromkeys(column for _, row in numbered for column in row)
    columns = {column: [row.get(column) for _, row in numbered] for column in names}
    table = Table(name, columns, [number for number, _ in numbered])
    return _with_whole_letters(table) if HALF_LETTER.search(text) else table


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


def _with_whole_letters(table: Table) -> Table:
    """Halves of letters, as a text cut inside an emoji has them, become the replacement mark."""
    columns = {str(_whole(name)): [_whole(v) for v in vs] for name, vs in table.columns.items()}
    if columns == table.columns:
        return table
    note = f"half letters in {table.file} replaced by \ufffd"
    return replace(table, columns=columns, notes=(*table.notes, note))


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {_whole(name): _whole(each) for name, each in value.items()}
    return value

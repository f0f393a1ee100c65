"""Text with separators becomes columns: the separator is found, and so is how quotes are meant."""

import csv
import io
import re
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice

import numpy as np

from labkit.data.catalog import AssetError
from labkit.data.formats.rows import Lines, Rows, backslashed, plain_rows, quoted_rows
from labkit.data.formats.text_column import TextColumn, columns_of

KNOWN = {"text", "label", "text_a", "text_b", "instruction"}
SEPARATORS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}
SURE_ROWS = 10
"""Every text of a column in quotes: from so many rows on that is how the file was written."""


def read(
    text: str | Lines, file: str, separator: str
) -> tuple[dict[str, Sequence[str]], Sequence[int]]:
    """The columns of a file with a heading, and the line on which each row begins.

    text: all characters, or what gives the lines; columns of a large file lie in a file again
    separator: "," or a tab, as the ending says; another one that the heading has is found
    Quotes are read as CSV has them, as part of the text where they fit no such rule (a TSV
    without quoting), or with backslashes in front where only that fits.
    errors: AssetError with file and line for rows that fit no reading, and for equal headings
    """
    lines = partial(io.StringIO, text, newline="") if isinstance(text, str) else text
    with _long_fields():
        lines, chosen = _find_separator(lines, separator)
        rows = _readings(lines, file, chosen)
        if not rows.heading()[1]:
            return {}, []
        return _columns(rows, _heading(rows, file))


def _columns(
    rows: Rows, filled: Sequence[tuple[str, int]]
) -> tuple[dict[str, Sequence[str]], Sequence[int]]:
    numbers = array("q")

    def cells() -> Iterator[list[str]]:
        for line, row in rows.body():
            numbers.append(line)
            yield [row[place] for _, place in filled]

    columns = columns_of(cells(), len(filled))
    found = {name: column for (name, _), column in zip(filled, columns, strict=True)}
    in_file = any(isinstance(column, TextColumn) for column in columns)
    return found, numbers if in_file else numbers.tolist()


@contextmanager
def _long_fields() -> Iterator[None]:
    before = csv.field_size_limit(1 << 30)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _find_separator(lines: Lines, wanted: str) -> tuple[Lines, str]:
    """The lines, an Excel line `sep=;` made empty, and the separator."""
    first = next(lines(), "")
    if said := re.match(r"sep=(.)(\r?\n)", first):
        return lambda: chain([said[2]], islice(lines(), 1, None)), said[1]
    heading = next((line for line in lines() if line.strip("\r\n")), "").rstrip("\r\n")
    known = {
        mark: len(
            KNOWN & {name.strip() for name in next(csv.reader([heading], delimiter=mark), [])}
        )
        for mark in (wanted, *SEPARATORS)
    }
    best = max(known, key=lambda mark: known[mark])
    if known[best] == 0 and wanted not in heading:
        best = next((mark for mark in SEPARATORS if mark in heading), wanted)
    return lines, best


def _readings(lines: Lines, file: str, separator: str) -> Rows:
    """The rows by the one reading of the quotes that fits."""
    plain = plain_rows(lines, separator)
    if not any('"' in line for line in lines()):
        return _even(plain, file, separator)
    quoted = quoted_rows(lines, separator) or backslashed(lines, separator)
    if quoted is None:
        return _even_and_free(plain, lines, file, separator)
    if plain.uneven() is not None or _means_quotes(plain, quoted, separator):
        return quoted
    return plain


def _means_quotes(plain: Rows, quoted: Rows, separator: str) -> bool:
    """Whether the quotes of a file that can be read both ways enclose texts.

    A text over several lines is one only where its lines would have made labels that nothing
    else has: in a TSV without quoting, `"Great` on one line and `so bad"` on a later one are two
    texts, and all between them are rows.
    """
    if quoted.count() != plain.count():
        return not np.isin(_labels(plain), _labels(quoted)).all()
    return separator != "\t" or _encloses(plain)


def _labels(rows: Rows) -> "np.ndarray":
    """A number for each different label; the labels of a file that has none are its texts."""
    names = [name.strip(' "') for name in rows.heading()[1]]
    place = names.index("label") if "label" in names else len(names) - 1
    return np.unique(np.fromiter((hash(row[place].strip('"')) for _, row in rows.body()), np.int64))


def _encloses(plain: Rows) -> bool:
    """Whether the quoted cells of these lines look as a program writes them.

    It encloses the heading too, or every cell of a column, or just the cells that have a quote.
    """
    _, heading = plain.heading()
    if any(_wrapped(name) for name in heading):
        return True
    doubled, always, count = [0, 0], [True] * len(heading), 0
    for _, row in plain.body():
        count += 1
        for place, cell in enumerate(row):
            wrapped = _wrapped(cell)
            always[place] &= wrapped
            if cell.startswith('"'):
                doubled[wrapped and '""' in cell[1:-1]] += 1
    return (doubled[True] > 0 and not doubled[False]) or (count >= SURE_ROWS and any(always))


def _wrapped(cell: str) -> bool:
    """Whether a cell stands in quotes and every quote inside is doubled."""
    return len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in cell[1:-1].replace('""', "")


def _even(rows: Rows, file: str, separator: str) -> Rows:
    wrong = rows.uneven()
    if wrong is None:
        return rows
    raise _has_fields(file, *wrong, len(rows.heading()[1]), separator)


def _has_fields(file: str, line: int, row: list[str], wanted: int, separator: str) -> AssetError:
    return AssetError(
        f"{file}, line {line} has {len(row)} fields, the heading has {wanted}; put a text "
        f"with a {SEPARATORS.get(separator, separator)} or a quote in double quotes, and double "
        "the quotes inside it"
    )


def _even_and_free(rows: Rows, lines: Lines, file: str, separator: str) -> Rows:
    """Lines whose quotes are letters; refused where some cells do stand in quotes."""
    _even_outside_quotes(rows, lines, file, separator)
    opened = ((n, _wrapped(cell)) for n, row in rows for cell in row if cell.startswith('"'))
    counts, wrong = [0, 0], 0
    for number, wrapped in opened:
        counts[wrapped] += 1
        wrong = wrong or (0 if wrapped else number)
    if counts[True] > counts[False]:
        raise AssetError(_stray(file, wrong))
    return rows


def _even_outside_quotes(rows: Rows, lines: Lines, file: str, separator: str) -> None:
    """Refuse uneven rows, at the line where the CSV reader first fails if that is a quote."""
    if rows.uneven() is None:
        return
    reader = csv.reader(lines(), delimiter=separator, strict=True)
    start, wanted = 1, None
    try:
        for row in reader:
            wanted = wanted or len(row)
            if row and len(row) != wanted:
                raise _has_fields(file, start, row, wanted, separator)
            start = reader.line_num + 1
    except csv.Error:
        raise AssetError(_stray(file, start)) from None


def _stray(file: str, line: int) -> str:
    return (
        f"{file}, line {line} has a quote that does not end its text, or stands inside it alone; "
        'put the text in double quotes and write each quote inside it twice ("")'
    )


def _heading(rows: Rows, file: str) -> list[tuple[str, int]]:
    """Name and place of the columns that have a name or a value."""
    line, heading = rows.heading()
    names = [name.strip() for name in heading]
    filled: list[tuple[str, int]] = []
    for place, name in enumerate(names):
        if not name and not any(row[place].strip() for _, row in rows.body()):
            continue
        filled.append((name or f"column {place + 1}", place))
    taken = Counter(name for name, _ in filled)
    twice = next((name for name, count in taken.items() if count > 1), None)
    if twice is not None:
        raise AssetError(
            f"{file}, line {line} names {taken[twice]} columns {twice!r}; rename all but "
            "the one that is meant"
        )
    return filled

"""Text with separators becomes columns: the separator is found, and so is how quotes are meant."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from labkit.data.catalog import AssetError

KNOWN = {"text", "label", "text_a", "text_b", "instruction"}
SEPARATORS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}
SURE_ROWS = 10
"""Every text of a column in quotes: from so many rows on that is how the file was written."""


@dataclass(frozen=True)
class Rows:
    """The rows of a file, its heading first, and the line on which each begins."""

    cells: list[list[str]]
    lines: list[int]

    def uneven(self) -> int | None:
        """The first row that has more or fewer cells than the heading, or None."""
        wanted = len(self.cells[0]) if self.cells else 0
        return next((n for n, row in enumerate(self.cells) if len(row) != wanted), None)


def read(text: str, file: str, separator: str) -> tuple[dict[str, list[str]], list[int]]:
    """The columns of a file with a heading, and the line on which each row begins.

    separator: "," or a tab, as the ending says; another one that the heading has is found
    Quotes are read as CSV has them, as part of the text where they fit no such rule (a TSV
    without quoting), or with backslashes in front where only that fits.
    errors: AssetError with file and line for rows that fit no reading, and for equal headings
    """
    with _long_fields():
        text, chosen = _find_separator(text, separator)
        rows = _readings(text, file, chosen)
    if not rows.cells:
        return {}, []
    filled = _heading(rows, file)
    body = rows.cells[1:]
    return {name: [row[place] for row in body] for name, place in filled}, rows.lines[1:]


@contextmanager
def _long_fields() -> Iterator[None]:
    before = csv.field_size_limit(1 << 30)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _find_separator(text: str, wanted: str) -> tuple[str, str]:
    """The text, an Excel line `sep=;` made empty, and the separator."""
    if said := re.match(r"sep=(.)\r?\n", text):
        return text[said.end() - 1 :], said[1]
    heading = re.split(r"[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0]
    known = {
        mark: len(
            KNOWN & {name.strip() for name in next(csv.reader([heading], delimiter=mark), [])}
        )
        for mark in (wanted, *SEPARATORS)
    }
    best = max(known, key=lambda mark: known[mark])
    if known[best] == 0 and wanted not in heading:
        best = next((mark for mark in SEPARATORS if mark in heading), wanted)
    return text, best


def _readings(text: str, file: str, separator: str) -> Rows:
    """The rows by the one reading of the quotes that fits."""
    plain = _plain(text, separator)
    if '"' not in text:
        return _even(plain, file, separator)
    quoted = _quoted(text, separator) or _backslashed(text, separator)
    if quoted is None:
        return _even_and_free(plain, text, file, separator)
    if plain.uneven() is not None or _means_quotes(plain, quoted, separator):
        return quoted
    return plain


def _plain(text: str, separator: str) -> Rows:
    """Every line is a row and every quote a letter."""
    cells, lines = [], []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if line.strip(" "):
            cells.append(line.split(separator))
            lines.append(number)
    return Rows(cells, lines)


def _quoted(text: str, separator: str) -> Rows | None:
    """The rows as CSV has them, or None when a quote stands where none may or rows are uneven."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    cells, lines = [], []
    before = 0
    try:
        for row in reader:
            start, before = before + 1, reader.line_num
            if row and (len(row) > 1 or row[0].strip(" ")):
                cells.append(row)
                lines.append(start)
    except csv.Error:
        return None
    rows = Rows(cells, lines)
    return rows if rows.uneven() is None else None


def _backslashed(text: str, separator: str) -> Rows | None:
    """As `_quoted` for files that put a backslash before a quote instead of doubling it."""
    if '\\"' not in text:
        return None
    doubled = {'\\"': '""', "\\\\": "\\"}
    return _quoted(re.sub(r"\\.", lambda pair: doubled.get(pair[0], pair[0]), text), separator)


def _means_quotes(plain: Rows, quoted: Rows, separator: str) -> bool:
    """Whether the quotes of a file that can be read both ways enclose texts.

    A text over several lines is one only where its lines would have made labels that nothing
    else has: in a TSV without quoting, `"Great` on one line and `so bad"` on a later one are two
    texts, and all between them are rows.
    """
    if len(quoted.cells) != len(plain.cells):
        return not _labels(plain) <= _labels(quoted)
    return separator != "\t" or _encloses(plain)


def _labels(rows: Rows) -> set[str]:
    names = [name.strip(' "') for name in rows.cells[0]]
    place = names.index("label") if "label" in names else len(names) - 1
    return {row[place].strip('"') for row in rows.cells[1:]}


def _encloses(plain: Rows) -> bool:
    """Whether the quoted cells of these lines look as a program writes them.

    It encloses the heading too, or every cell of a column, or just the cells that have a quote.
    """
    if any(_wrapped(name) for name in plain.cells[0]):
        return True
    body = plain.cells[1:]
    opened = [cell for row in body for cell in row if cell.startswith('"')]
    if opened and all(_wrapped(cell) and '""' in cell[1:-1] for cell in opened):
        return True
    columns = zip(*body, strict=True)
    return len(body) >= SURE_ROWS and any(all(map(_wrapped, column)) for column in columns)


def _wrapped(cell: str) -> bool:
    """Whether a cell stands in quotes and every quote inside is doubled."""
    return len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in cell[1:-1].replace('""', "")


def _even(rows: Rows, file: str, separator: str) -> Rows:
    wrong = rows.uneven()
    if wrong is None:
        return rows
    got, wanted = len(rows.cells[wrong]), len(rows.cells[0])
    raise AssetError(
        f"{file}, line {rows.lines[wrong]} has {got} fields, the heading has {wanted}; put a text "
        f"with a {SEPARATORS.get(separator, separator)} or a quote in double quotes, and double "
        "the quotes inside it"
    )


def _even_and_free(rows: Rows, text: str, file: str, separator: str) -> Rows:
    """Lines whose quotes are letters; refused where some cells do stand in quotes."""
    _even_outside_quotes(rows, text, file, separator)
    counts = Counter(_wrapped(cell) for row in rows.cells for cell in row if cell.startswith('"'))
    if counts[True] > counts[False]:
        wrong = next(
            number
            for number, row in zip(rows.lines, rows.cells, strict=True)
            if any(cell.startswith('"') and not _wrapped(cell) for cell in row)
        )
        raise AssetError(_stray(file, wrong))
    return rows


def _even_outside_quotes(rows: Rows, text: str, file: str, separator: str) -> None:
    """Refuse uneven rows, at the line where the CSV reader first fails if that is a quote."""
    if rows.uneven() is None:
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    start, wanted = 1, None
    try:
        for row in reader:
            wanted = wanted or len(row)
            if row and len(row) != wanted:
                _even(Rows([[""] * wanted, row], [1, start]), file, separator)
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
    names = [name.strip() for name in rows.cells[0]]
    filled: list[tuple[str, int]] = []
    for place, name in enumerate(names):
        if not name and not any(row[place].strip() for row in rows.cells[1:]):
            continue
        filled.append((name or f"column {place + 1}", place))
    taken = Counter(name for name, _ in filled)
    twice = next((name for name, count in taken.items() if count > 1), None)
    if twice is not None:
        raise AssetError(
            f"{file}, line {rows.lines[0]} names {taken[twice]} columns {twice!r}; rename all but "
            "the one that is meant"
        )
    return filled

"""What is wrong with a master lesson, one sentence for each finding."""

import ast
import re
from collections.abc import Iterator

from labkit.course.build import reading_time
from labkit.course.build.marks import Cell, Lesson, MarkError, versions

MOST_LINES = 15
MOST_COLUMNS = 88
MINUTES_APART, SHARE_APART = 5, 0.1
"""How far the promised minutes may lie from the counted ones, whichever allows more."""
FORBIDDEN = {
    r"^\s*!": "a shell line (`!`): the environment is installed by environment.yml",
    r"^\s*%pip|^\s*%conda": "an installation: the environment is installed by environment.yml",
    r"\bsys\.path\b": "`sys.path`: labkit is installed, so `import labkit` is enough",
    r"\bos\.chdir\b": "`os.chdir`: `labkit.paths.root()` finds the files",
    r"\bwarnings\.filterwarnings\b": "a hidden warning: remove its cause",
}
LEVELS = ("easy \u25cf\u25cb\u25cb", "medium \u25cf\u25cf\u25cb", "hard \u25cf\u25cf\u25cf")
"""How difficult an exercise is, in a word and in dots."""
IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\([^)]+\)|<img\b(?P<attributes>[^>]*)>")


def findings(lesson: Lesson) -> list[str]:
    """Everything to correct in one lesson, in reading order; empty when all is well."""
    found = list(_opening(lesson.cells))
    for index, cell in enumerate(lesson.cells):
        says = _code(cell) if cell.kind == "code" else _text(cell)
        found += [f"cell {index}: {what}" for what in says]
    found += [*_exercises(lesson), *_honest_minutes(lesson)]
    return [f"{lesson.path.name}: {what}" for what in found]


def _opening(cells: tuple[Cell, ...]) -> Iterator[str]:
    if len(cells) < 3 or [cell.kind for cell in cells[:3]] != ["markdown", "code", "code"]:
        yield "the first three cells must be what you will be able to do, the check, the imports"
        return
    text = cells[0].source
    if not text.startswith("# ") or "will be able to" not in text:
        yield "the first cell must begin with `# Title` and say what `you will be able to` do"
    if not re.search(r"\d+ minutes", text):
        yield "the first cell must say how long the lesson takes: `50 minutes`"
    if "labkit.hello(" not in cells[1].source:
        yield "the second cell must be the environment check, `labkit.hello()`"
    if not all(_is_import(node) for node in _parsed(cells[2].source)):
        yield "the third cell may hold imports and constants only"


def _honest_minutes(lesson: Lesson) -> Iterator[str]:
    """The minutes that the first cell promises are about those that the lesson takes."""
    promised = re.search(r"(\d+) minutes", lesson.cells[0].source) if lesson.cells else None
    if promised:
        counted = reading_time.of_lesson(lesson)
        apart = abs(int(promised[1]) - counted.minutes)
        if apart > max(MINUTES_APART, SHARE_APART * counted.minutes):
            yield f"it promises {promised[0]} and takes {counted.minutes:.0f}: {counted}"


def _is_import(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        return all(isinstance(name, ast.Name) and name.id.isupper() for name in node.targets)
    return isinstance(node, ast.Import | ast.ImportFrom)


def _parsed(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except SyntaxError:
        return [ast.Pass()]


def _code(cell: Cell) -> Iterator[str]:
    lines = cell.source.splitlines()
    if len(lines) > MOST_LINES and cell.role != "exercise":
        yield f"{len(lines)} lines of code, at most {MOST_LINES}: move the rest to labkit"
    if not lines:
        yield "an empty code cell"
    for line in lines:
        if len(line) > MOST_COLUMNS:
            yield f"a line of {len(line)} characters, at most {MOST_COLUMNS}: {line[:40]}..."
        for pattern, why in FORBIDDEN.items():
            if re.search(pattern, line):
                yield why
    yield from _python(cell)


def _python(cell: Cell) -> Iterator[str]:
    """Each version of the cell must be Python by itself."""
    try:
        texts = versions(cell.source)
    except MarkError as error:
        yield str(error)
        return
    for reader, text in texts.items():
        try:
            ast.parse(text)
        except SyntaxError as error:
            yield f"the {reader} version is not Python: {error.msg}, its line {error.lineno}"


def _text(cell: Cell) -> Iterator[str]:
    for line in cell.source.splitlines():
        long = len(line) > MOST_COLUMNS and not line.lstrip().startswith(("|", "<", "$"))
        if long and "](" not in line and "http" not in line:
            yield f"a line of {len(line)} characters, at most {MOST_COLUMNS}: {line[:40]}..."
    for image in IMAGE.finditer(cell.source):
        alt = image["alt"] or ""
        named = re.search(r'\balt="([^"]+)"', image["attributes"] or "")
        if not alt.strip() and not named:
            yield f"an image without alt text: {image[0][:60]}"


def _exercises(lesson: Lesson) -> Iterator[str]:
    names = [cell.name for cell in lesson.exercises]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two exercises are called {name}; give each its own name"
    for index, cell in enumerate(lesson.cells):
        if cell.role == "exercise":
            yield from _exercise(lesson, index)
        elif cell.role in ("check", "go on") and cell.name not in names:
            yield f"cell {index}: `# {cell.role}: {cell.name}`, but no exercise has this name"


def _exercise(lesson: Lesson, index: int) -> Iterator[str]:
    cell, rest = lesson.cells[index], lesson.cells[index + 1 : index + 4]
    before = lesson.cells[index - 1]
    if not cell.name.startswith(f"{lesson.name[:2]}-"):
        yield f"{cell.name}: the name must begin with the lesson's number, {lesson.name[:2]}-"
    if cell.minutes < 1:
        yield f"{cell.name}: give it minutes, `# exercise: {cell.name} (5 min)`"
    if before.kind != "markdown" or f"{cell.minutes} minutes" not in before.source:
        yield f"{cell.name}: the text cell above must say `{cell.minutes} minutes` and the task"
    levels = [f"({cell.minutes} minutes, {level})" for level in LEVELS]
    if not any(level in before.source for level in levels):
        yield f"{cell.name}: its heading must say how difficult it is, such as `{levels[0]}`"
    yield from _two_hints(lesson.cells[index + 1 : index + 4], cell.name)
    if "# solution" not in cell.source or "raise NotImplementedError(" not in cell.source:
        yield (
            f"{cell.name}: write the solution between `# solution` and `# stub`, and "
            "`raise NotImplementedError(...)` between `# stub` and `# end`"
        )
    roles = [(later.role, later.name or cell.name) for later in rest]
    if roles != [("check", cell.name), ("hint", cell.name), ("go on", cell.name)]:
        yield (
            f"{cell.name}: after the exercise come its check (`# check: {cell.name}`), a hint "
            f"(a text cell with <details>) and `# go on: {cell.name}`"
        )


def _two_hints(rest: tuple[Cell, ...], name: str) -> Iterator[str]:
    """A nudge first; what is nearly the formula lies in a second fold inside the first."""
    for cell in rest:
        if cell.role == "hint" and cell.source.count("<summary>") < 2:
            yield f"{name}: one hint; put a nudge before it and the rest into a second <details>"

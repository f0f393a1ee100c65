"""What a master lesson says: cells, and the marks a teacher writes in them.

A master is a percent-format file, notebooks/masters/NN_name.py. Marks are comment lines:

    # exercise: 01-soften (5 min)     first line of the cell that the student completes
    # solution ... # stub ... # end   two versions of the same lines; one of them is built
    # check: 01-soften                first line of the cell that judges the answer
    # hidden ... # end                in a check cell: lines that only a grader's copy has
    # go on: 01-soften                first line of the cell that continues with labkit's own
    # fold: it draws the picture      first line of a cell that need not be read, and why not
    # after: panel.try_corners()      a statement that tests run after the cell, never shown
"""

import re
from dataclasses import dataclass
from pathlib import Path

EXERCISE = re.compile(r"# exercise: (?P<name>\d\d-[a-z0-9-]+) \((?P<minutes>\d+) min\)")
CHECK = re.compile(r"# check: (?P<name>\d\d-[a-z0-9-]+)")
GO_ON = re.compile(r"# go on: (?P<name>\d\d-[a-z0-9-]+)")
AFTER = re.compile(r"# after: (?P<code>.+)")
FOLD = re.compile(r"# fold: (?P<why>.+)")
ROLES = {"exercise": EXERCISE, "check": CHECK, "go on": GO_ON}
BLOCK_MARKS = ("solution", "stub", "hidden", "end")


class MarkError(ValueError):
    """A master whose marks cannot be read; says where and what to write instead."""


@dataclass(frozen=True)
class Cell:
    kind: str
    """"code" or "markdown"."""
    source: str
    """The lines as written in the master, with their marks, without `after` and `fold` lines."""
    role: str = ""
    """"exercise", "check", "go on", "hint" or "" for an ordinary cell."""
    name: str = ""
    """The exercise that the role belongs to, such as 01-soften."""
    minutes: int = 0
    """Minutes of an exercise, 0 elsewhere."""
    after: tuple[str, ...] = ()
    """Statements that tests run after the cell."""
    fold: str = ""
    """What a cell does that need not be read, such as "it draws the picture"; else ""."""


@dataclass(frozen=True)
class Lesson:
    path: Path
    """The master file."""
    cells: tuple[Cell, ...]

    @property
    def name(self) -> str:
        """The file name without its ending, such as 01_softmax."""
        return self.path.stem

    @property
    def title(self) -> str:
        """The first heading of the lesson."""
        first = self.cells[0].source.splitlines()[0] if self.cells else ""
        return first.lstrip("# ") or self.name

    @property
    def exercises(self) -> tuple[Cell, ...]:
        """The cells that the student completes, in order."""
        return tuple(cell for cell in self.cells if cell.role == "exercise")


def read(path: Path) -> Lesson:
    """Read one master; a mark that cannot be understood is a MarkError."""
    import jupytext

    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    cells = [_cell(cell.cell_type, cell.source, path.name) for cell in notebook.cells]
    return Lesson(path, tuple(cells))


def versions(source: str) -> dict[str, str]:
    """Split the blocks of a cell: the text as the student, the solution and the grader have it.

    The grader's text holds nbgrader's own marks around solution and hidden tests.
    """
    kept: dict[str, list[str]] = {"student": [], "solution": [], "grader": []}
    block = "end"
    for line in source.splitlines():
        mark = line.strip().removeprefix("# ")
        if line.strip().startswith("# ") and mark in BLOCK_MARKS:
            kept["grader"] += _grader_mark(line, block, mark)
            block = _next_block(block, mark, source)
            continue
        for reader in _READERS[block]:
            kept[reader].append(line)
    if block != "end":
        raise MarkError(f"a `# {block}` block has no `# end` in the cell:\n{source}")
    return {reader: "\n".join(lines).strip("\n") for reader, lines in kept.items()}


_READERS = {
    "end": ("student", "solution", "grader"),
    "solution": ("solution", "grader"),
    "stub": ("student",),
    "hidden": ("grader",),
}
_FOLLOWS = {
    "end": ("solution", "hidden"),
    "solution": ("stub",),
    "stub": ("end",),
    "hidden": ("end",),
}


def _grader_mark(line: str, block: str, mark: str) -> list[str]:
    """nbgrader's line in place of ours: a solution ends where the stub begins."""
    words = {
        ("end", "solution"): "BEGIN SOLUTION",
        ("solution", "stub"): "END SOLUTION",
        ("end", "hidden"): "BEGIN HIDDEN TESTS",
        ("hidden", "end"): "END HIDDEN TESTS",
    }.get((block, mark))
    return [f"{line[: line.index('#')]}### {words}"] if words else []


def _next_block(block: str, mark: str, source: str) -> str:
    if mark not in _FOLLOWS[block]:
        wanted = " or ".join(f"`# {name}`" for name in _FOLLOWS[block])
        raise MarkError(f"`# {mark}` where {wanted} was wanted, in the cell:\n{source}")
    return mark


def _cell(kind: str, source: str, file: str) -> Cell:
    if kind == "markdown":
        folded = source.lstrip().lower().startswith("<details>") and "hint" in source.lower()
        return Cell(kind, source, role="hint" if folded else "")
    if kind != "code":
        raise MarkError(f"{file}: a {kind} cell; write code (`# %%`) or text (`# %% [markdown]`)")
    lines = source.splitlines()
    found = [AFTER.fullmatch(line) for line in lines]
    after = tuple(match["code"] for match in found if match)
    kept = [line for line, match in zip(lines, found, strict=True) if not match]
    fold = FOLD.fullmatch(kept[0]) if kept else None
    if fold:
        kept = kept[1:]
    role, name, minutes = _role(kept[0] if kept else "", file)
    why = fold["why"] if fold else ""
    return Cell(kind, "\n".join(kept).strip("\n"), role, name, minutes, after, why)


def _role(first: str, file: str) -> tuple[str, str, int]:
    for role, pattern in ROLES.items():
        match = pattern.fullmatch(first)
        if match:
            return role, match["name"], int(match.groupdict().get("minutes") or 0)
        if first.startswith(f"# {role}:"):
            raise MarkError(
                f"{file}: cannot read {first!r}; write `# exercise: 01-name (5 min)`, "
                "`# check: 01-name` or `# go on: 01-name`, the name in small letters"
            )
    return "", "", 0

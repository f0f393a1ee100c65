"""The notebooks of a lesson, made from its master: one for students, one solved."""

import re
from pathlib import Path
from typing import Any

from labkit import paths
from labkit.course.build.marks import Cell, Lesson, read, versions
from labkit.course.lesson_files import KEY, new_stamp

FOLDED = "# You need not read this cell: "
"""How a folded cell begins; JupyterLab shows its first line in place of the cell."""
GO_ON = "# labkit's own version: go on with it, whether or not yours works yet"
PAGE_BESIDE = re.compile(r"\]\((?=\w+\.md\))")
"""A link to a page that lies beside the students' lessons."""
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def masters(notebooks: Path | None = None) -> list[Lesson]:
    """All lessons in order, read from the masters folder."""
    folder = (notebooks or paths.root() / "notebooks") / "masters"
    return [read(path) for path in sorted(folder.glob("[0-9][0-9]_*.py"))]


def student_notebook(lesson: Lesson) -> str:
    """The notebook a student opens, as text: stubs in place of solutions, no output.

    Stub and check cells are tagged `raises-exception`, so that "Run all" goes past them.
    """
    return _notebook(lesson, "student")


def solution_notebook(lesson: Lesson) -> str:
    """The solved notebook, as text: every check passes and no cell may fail."""
    return _notebook(lesson, "solution")


def notebook_text(lesson: str, reader: str, cells: list[Any]) -> str:
    """A stamped notebook as JSON text, the same bytes for the same cells on every machine.

    cells: from `cell_node`
    """
    import nbformat

    metadata = {
        "kernelspec": KERNEL,
        "language_info": {"name": "python"},
        KEY: new_stamp(lesson, reader, cells),
    }
    # Version 4.5 by name, since a newer nbformat may write another one and so other bytes.
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata, nbformat_minor=5)
    return nbformat.writes(notebook) + "\n"


def cell_node(name: str, kind: str, source: str, metadata: dict[str, object]) -> Any:
    """One cell in the notebook format, without output."""
    from nbformat import v4

    new = v4.new_code_cell if kind == "code" else v4.new_markdown_cell
    return new(source, id=name, metadata=metadata)


def shown(cell: Cell, reader: str) -> str:
    """The text of a cell for one reader: "student", "solution" or "grader"."""
    if cell.kind == "markdown":  # solutions lie one folder deeper
        return PAGE_BESIDE.sub("](../", cell.source) if reader == "solution" else cell.source
    text = versions(cell.source)[reader]
    if cell.role == "check":
        return text.partition("\n")[2].strip("\n")
    if cell.role == "go on":
        return "\n".join([GO_ON, *text.split("\n")[1:]])
    return f"{FOLDED}{cell.fold}\n{text}" if cell.fold else text


def folding(cell: Cell) -> dict[str, object]:
    """What folds a cell's code away in JupyterLab and in a Jupyter Book; empty for most cells."""
    if not cell.fold:
        return {}
    return {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}


def cell_id(lesson: Lesson, index: int) -> str:
    """The id of a cell: the lesson's number and the cell's place, such as 01-007."""
    return f"{lesson.name[:2]}-{index:03d}"


def _notebook(lesson: Lesson, reader: str) -> str:
    cells = [
        cell_node(cell_id(lesson, index), cell.kind, shown(cell, reader), _metadata(cell, reader))
        for index, cell in enumerate(lesson.cells)
    ]
    return notebook_text(lesson.name, reader, cells)


def _metadata(cell: Cell, reader: str) -> dict[str, object]:
    metadata = folding(cell)
    if cell.role in ("exercise", "check"):
        metadata["tags"] = [cell.role, *(["raises-exception"] if reader == "student" else [])]
    if cell.after:
        metadata["nbmake"] = {"post_cell_execute": list(cell.after)}
    return metadata

"""Builds the notebooks from their masters: one for students, one solved."""

import json
from pathlib import Path

from labkit import files, paths
from labkit.course.build.marks import Cell, Lesson, read, versions

GO_ON = "# labkit's own version: go on with it, whether or not yours works yet"
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


def outputs(notebooks: Path | None = None) -> dict[Path, str]:
    """What every built notebook must contain: path -> text."""
    folder = notebooks or paths.root() / "notebooks"
    texts: dict[Path, str] = {}
    for lesson in masters(folder):
        texts[folder / f"{lesson.name}.ipynb"] = student_notebook(lesson)
        texts[folder / "solutions" / f"{lesson.name}.ipynb"] = solution_notebook(lesson)
    return texts


def build(notebooks: Path | None = None) -> list[Path]:
    """Write every notebook, remove those without a master, and return what changed."""
    texts = outputs(notebooks)
    changed = check(notebooks)
    for path in changed:
        if path in texts:
            files.write_text(path, texts[path])
        else:
            path.unlink()
    return changed


def check(notebooks: Path | None = None) -> list[Path]:
    """The notebooks that differ from a fresh build, are missing, or have no master."""
    folder = notebooks or paths.root() / "notebooks"
    texts = outputs(folder)
    differ = [path for path, text in texts.items() if not _holds(path, text)]
    found = [*folder.glob("[0-9][0-9]_*.ipynb"), *folder.glob("solutions/[0-9][0-9]_*.ipynb")]
    return sorted([*differ, *(path for path in found if path not in texts)])


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode("utf-8")


def notebook_text(cells: list[dict[str, object]]) -> str:
    """A notebook as JSON text, the same bytes for the same cells on every machine."""
    value = {
        "cells": cells,
        "metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def json_cell(name: str, kind: str, source: str, metadata: dict[str, object]) -> dict[str, object]:
    """One cell in the notebook format, without output."""
    cell: dict[str, object] = {
        "cell_type": kind,
        "id": name,
        "metadata": metadata,
        "source": source.splitlines(keepends=True),
    }
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell


def shown(cell: Cell, reader: str) -> str:
    """The text of a cell for one reader: "student", "solution" or "grader"."""
    if cell.kind == "markdown":
        return cell.source
    text = versions(cell.source)[reader]
    if cell.role == "check":
        return text.partition("\n")[2].strip("\n")
    if cell.role == "go on":
        return "\n".join([GO_ON, *text.split("\n")[1:]])
    return text


def cell_id(lesson: Lesson, index: int) -> str:
    """The id of a cell: the lesson's number and the cell's place, such as 01-007."""
    return f"{lesson.name[:2]}-{index:03d}"


def _notebook(lesson: Lesson, reader: str) -> str:
    return notebook_text(
        [
            json_cell(
                cell_id(lesson, index), cell.kind, shown(cell, reader), _metadata(cell, reader)
            )
            for index, cell in enumerate(lesson.cells)
        ]
    )


def _metadata(cell: Cell, reader: str) -> dict[str, object]:
    metadata: dict[str, object] = {}
    if cell.role in ("exercise", "check"):
        metadata["tags"] = [cell.role, *(["raises-exception"] if reader == "student" else [])]
    if cell.after:
        metadata["nbmake"] = {"post_cell_execute": list(cell.after)}
    return metadata

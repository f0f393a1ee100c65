"""Which notebooks are lessons of the course, and which of them nobody has changed yet.

Every notebook that labkit builds carries a stamp: its lesson, for whom it was built, and a
fingerprint of its cells. A copy of a lesson has another name than its stamp, and a notebook with
answers or outputs has other cells, so neither is ever taken for labkit's own.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

KEY = "labkit"
"""Where the stamp lies in a notebook's metadata."""


def lessons(folder: Path) -> list[Path]:
    """The lessons among the notebooks of a folder, in order; copies and own notebooks left out.

    A lesson bears the name of a master, or, where the masters were not handed out, the name in
    its own stamp.
    """
    masters = (folder if folder.name != "solutions" else folder.parent) / "masters"
    return [
        path
        for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))
        if (masters / f"{path.stem}.py").exists() or stamp(content(path)).get("lesson") == path.stem
    ]


def content(path: Path) -> dict[str, Any]:
    """A notebook as plain values; empty when the file cannot be read as a notebook."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    cells = found.get("cells") if isinstance(found, dict) else None
    whole = isinstance(cells, list) and all(isinstance(cell, dict) for cell in cells)
    return found if whole else {}


def source(cell: Mapping[str, Any]) -> str:
    """The text of a cell, which a notebook file may hold as one string or as lines."""
    text = cell.get("source", "")
    return text if isinstance(text, str) else "".join(map(str, text))


def new_stamp(lesson: str, reader: str, cells: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What a built notebook says of itself.

    reader: for whom it was built, "student", "solution" or "grader"
    """
    return {"lesson": lesson, "reader": reader, "built": _fingerprint(lesson, reader, cells)}


def stamp(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """The stamp of a notebook; empty when it has none."""
    metadata = notebook.get("metadata")
    found = metadata.get(KEY) if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}


def is_untouched(path: Path, reader: str) -> bool:
    """Whether a file is labkit's own build for this reader, under its own name, cell by cell.

    Answers, outputs, moved cells and another name all make it a person's own.
    """
    notebook = content(path)
    mark = stamp(notebook)
    if mark.get("lesson") != path.stem or mark.get("reader") != reader:
        return False
    return mark.get("built") == _fingerprint(path.stem, reader, notebook["cells"])


def _fingerprint(lesson: str, reader: str, cells: Iterable[Mapping[str, Any]]) -> str:
    plain = [dict(cell) | {"source": source(cell)} for cell in cells]
    text = json.dumps([lesson, reader, plain], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]

"""One zip for students: the lessons without solutions, and all that they need to run."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from labkit import files, paths
from labkit.course.build.notebooks import masters, student_notebook
from labkit.course.course_map import PAGES

FOLDER = "distillation-lab"
"""What the zip unpacks to."""
TOP_FILES = (
    "README.md", "LICENSE", "Makefile", "pyproject.toml", "constraints.txt", "environment.yml",
)  # fmt: skip
TREES = {
    "labkit": (".py", ".js", ".css", ".json", ".toml", ".typed"),
    "data": (".toml", ".json", ".csv"),
}
"""Folders that go along -> endings of the files that are needed to run."""
STARTED = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the zip, so that the same course makes the same bytes."""


class BundleError(RuntimeError):
    """The zip cannot be made here; says why."""


def write(path: Path, root: Path | None = None) -> list[str]:
    """Write the students' zip; returns the names inside it, in order.

    root: the course folder
    The lessons come fresh from their masters, whatever lies in the notebooks folder. Solutions,
    masters, the instructor's page, tests and pictures of results stay out.
    errors: BundleError when there is no master to build from
    """
    root = root or paths.root()
    texts = contents(root)
    with files.write_atomically(path) as temporary, zipfile.ZipFile(temporary, "w") as packed:
        for name, data in texts.items():
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}", STARTED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, data)
    return [f"{FOLDER}/{name}" for name in texts]


def contents(root: Path) -> dict[str, bytes]:
    """What students get: name inside the course folder -> bytes."""
    notebooks = root / "notebooks"
    found = masters(notebooks)
    if not found:
        raise BundleError(f"no masters in {notebooks}; only a whole course can be bundled")
    texts = {
        f"notebooks/{lesson.name}.ipynb": student_notebook(lesson).encode() for lesson in found
    }
    texts |= {f"notebooks/{page}": (notebooks / page).read_bytes() for page in PAGES}
    texts |= {name: (root / name).read_bytes() for name in TOP_FILES}
    texts |= {path.relative_to(root).as_posix(): path.read_bytes() for path in _needed(root)}
    return texts


def _needed(root: Path) -> Iterator[Path]:
    for tree, endings in TREES.items():
        for path in sorted((root / tree).rglob("*")):
            if path.is_file() and path.suffix in endings and "__pycache__" not in path.parts:
                yield path

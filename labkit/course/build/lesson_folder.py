"""Brings the notebooks folder up to its masters without losing anything a person wrote."""

from dataclasses import dataclass
from pathlib import Path

from labkit import files, paths
from labkit.course.build.notebooks import masters, solution_notebook, student_notebook
from labkit.course.lesson_files import is_untouched

READERS = {".": "student", "solutions": "solution"}
"""Folder below notebooks -> for whom its lessons are built."""


@dataclass(frozen=True)
class Difference:
    """One notebook that is not what a fresh build would write, and why."""

    path: Path
    state: str
    """"missing"; "old": labkit's own of an earlier master; "left over": labkit's own without a
    master; "changed": it holds what a person wrote or ran."""


def outputs(notebooks: Path | None = None) -> dict[Path, str]:
    """What every built notebook must contain: path -> text."""
    folder = notebooks or paths.root() / "notebooks"
    texts: dict[Path, str] = {}
    for lesson in masters(folder):
        texts[folder / f"{lesson.name}.ipynb"] = student_notebook(lesson)
        texts[folder / "solutions" / f"{lesson.name}.ipynb"] = solution_notebook(lesson)
    return texts


def check(notebooks: Path | None = None) -> list[Difference]:
    """The lessons that differ from a fresh build; a person's own notebooks are not looked at."""
    folder = notebooks or paths.root() / "notebooks"
    return _differences(folder, outputs(folder))


def build(notebooks: Path | None = None) -> list[str]:
    """Write every lesson afresh and say what was done, one line for each notebook.

    A notebook that a person changed or ran is moved aside as NAME.mine-1.ipynb first. One that
    labkit did not write, such as a copy of a lesson, is not touched. Where no masters were handed
    out, the lessons stay as they are.
    """
    folder = notebooks or paths.root() / "notebooks"
    texts = outputs(folder)
    return [
        _mended(difference, texts.get(difference.path))
        for difference in _differences(folder, texts)
    ]


def _differences(folder: Path, texts: dict[Path, str]) -> list[Difference]:
    found = [(path, _state(path, text)) for path, text in texts.items()]
    if (folder / "masters").is_dir():
        found += [(path, "left over") for path in _built_here(folder) if path not in texts]
    return [Difference(path, state) for path, state in sorted(found) if state]


def _state(path: Path, text: str) -> str:
    """How a lesson differs from its fresh build; "" when it does not."""
    if not path.exists():
        return "missing"
    if path.is_file() and path.read_bytes() == text.encode("utf-8"):
        return ""
    return "old" if is_untouched(path, _reader(path)) else "changed"


def _built_here(folder: Path) -> list[Path]:
    """The notebooks that are labkit's own builds, word for word."""
    found = [path for place in READERS for path in (folder / place).glob("[0-9][0-9]_*.ipynb")]
    return [path for path in found if is_untouched(path, _reader(path))]


def _reader(path: Path) -> str:
    return READERS.get(path.parent.name, READERS["."])


def _mended(difference: Difference, text: str | None) -> str:
    path = difference.path
    if text is None:
        path.unlink()
        return f"removed {path}, a lesson that has no master any more"
    if difference.state != "changed":
        files.write_text(path, text)
        return f"wrote {path}"
    aside = _moved_aside(path)
    files.write_text(path, text)
    return f"wrote {path}; what you had changed in it is now {aside}"


def _moved_aside(path: Path) -> Path:
    """Rename a notebook to the first free NAME.mine-1.ipynb, NAME.mine-2.ipynb, ..."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.mine-{number}.ipynb")).exists():
        number += 1
    return path.rename(aside)

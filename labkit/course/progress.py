"""Which exercises of the course were passed, and how far a reader has come."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from labkit import paths
from labkit.course import lesson_files, store, summary

MARK = re.compile(r"# exercise: (\d\d-[a-z0-9-]+) \((\d+) min\)")


@dataclass(frozen=True)
class Exercise:
    lesson: str
    """Name of the notebook without its ending."""
    name: str
    """Such as 01-soften."""
    minutes: int
    """How long it takes, as planned."""


def record(name: str, passed: bool) -> None:
    """Note one try at an exercise; a pass stays a pass whatever is tried later."""
    store.change("exercises", name, lambda entry: _tried(entry, passed))


def _tried(entry: store.Entry, passed: bool) -> store.Entry:
    tries = entry.get("tries", 0)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    first = entry.get("passed") or (now if passed else None)
    return {"tries": (tries if isinstance(tries, int) else 0) + 1, "passed": first}


def read() -> dict[str, store.Entry]:
    """Name -> {"tries": how many, "passed": time of the first pass, or None}."""
    return store.read("exercises")


def exercises(notebooks: Path | None = None) -> list[Exercise]:
    """All exercises of the course, read from the notebooks that students open.

    Copies of a lesson and notebooks of one's own do not count.
    """
    folder = notebooks or paths.root() / "notebooks"
    found = []
    for path in lesson_files.lessons(folder):
        for cell in lesson_files.content(path).get("cells", []):
            mark = MARK.match(lesson_files.source(cell))
            if mark:
                found.append(Exercise(path.stem, mark[1], int(mark[2])))
    return found


def table(notebooks: Path | None = None) -> str:
    """One line per exercise with its state, and the sums of all that was kept, as plain text."""
    course, entries = exercises(notebooks), read()
    if not course:
        return "No exercise was found; run `labkit lessons build` in the course folder."
    rows = [("lesson", "exercise", "minutes", "state")]
    rows += [
        (one.lesson, one.name, str(one.minutes), _state(entries.get(one.name))) for one in course
    ]
    wide = [max(len(row[place]) for row in rows) for place in range(3)]
    lines = [
        f"{row[0]:<{wide[0]}}  {row[1]:<{wide[1]}}  {row[2]:>{wide[2]}}  {row[3]}" for row in rows
    ]
    done = sum(bool(entries.get(one.name, {}).get("passed")) for one in course)
    sums = [f"{done} of {len(course)} exercises passed", summary.of_course()]
    return "\n".join([*lines, "", *sums])


def _state(entry: store.Entry | None) -> str:
    if not entry:
        return "not tried"
    if entry["passed"]:
        return f"passed on {str(entry['passed'])[:10]}"
    return (
        "not yet, tried once" if entry["tries"] == 1 else f"not yet, tried {entry['tries']} times"
    )

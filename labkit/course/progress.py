"""Which exercises of the course were passed: one JSON file on this machine, no account.

The file lies in labkit's cache. The variable LABKIT_PROGRESS names another file, or `off`:
then nothing is written, as it should be when solved notebooks run as tests.
"""

import json
import os
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from labkit import files, paths
from labkit.course import lesson_files

MARK = re.compile(r"# exercise: (\d\d-[a-z0-9-]+) \((\d+) min\)")


@dataclass(frozen=True)
class Exercise:
    lesson: str
    """Name of the notebook without its ending."""
    name: str
    """Such as 01-soften."""
    minutes: int
    """How long it takes, as planned."""


def file() -> Path | None:
    """Where progress is written; None when LABKIT_PROGRESS is `off`."""
    chosen = os.environ.get("LABKIT_PROGRESS", "")
    if chosen == "off":
        return None
    return Path(chosen).expanduser() if chosen else paths.cache() / "progress.json"


def record(name: str, passed: bool) -> None:
    """Note one try at an exercise; a pass stays a pass whatever is tried later.

    A disk that refuses to write is reported in one line and does not fail the check.
    """
    path = file()
    if path is None:
        return
    try:
        with files.locked(path.with_suffix(".lock")):
            entries = read()
            entries[name] = _tried(entries.get(name, {}), passed)
            files.write_json(path, {"exercises": entries, "seal": files.fingerprint(entries)})
    except OSError as error:
        print(f"(your progress was not saved: {error})")


def _tried(entry: dict[str, object], passed: bool) -> dict[str, object]:
    tries = entry.get("tries", 0)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    first = entry.get("passed") or (now if passed else None)
    return {"tries": (tries if isinstance(tries, int) else 0) + 1, "passed": first}


def read() -> dict[str, dict[str, object]]:
    """Name -> {"tries": how many, "passed": time of the first pass, or None}.

    A file that cannot be read is set aside as progress.broken-1.json, never deleted.
    """
    path = file()
    if path is None or not path.exists():
        return {}
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        found = stored["exercises"]
        if stored.get("seal", files.fingerprint(found)) != files.fingerprint(found):
            found = None
    except (AttributeError, ValueError, KeyError, TypeError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(map(_is_entry, found.values())):
        _set_aside(path)
        return {}
    return found


def _is_entry(value: object) -> bool:
    if not isinstance(value, dict) or not {"tries", "passed"} <= value.keys():
        return False
    return type(value["tries"]) is int and isinstance(value["passed"], str | None)


def _set_aside(path: Path) -> None:
    number = 1
    while (aside := path.with_suffix(f".broken-{number}.json")).exists():
        number += 1
    path.replace(aside)
    print(f"(the file of your progress was damaged; it is now {aside})", file=sys.stderr)


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
    """One line per exercise with its state, and the sum, as plain text."""
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
    return "\n".join([*lines, "", f"{done} of {len(course)} exercises passed"])


def _state(entry: dict[str, object] | None) -> str:
    if not entry:
        return "not tried"
    if entry["passed"]:
        return f"passed on {str(entry['passed'])[:10]}"
    return (
        "not yet, tried once" if entry["tries"] == 1 else f"not yet, tried {entry['tries']} times"
    )

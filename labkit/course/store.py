"""What a reader has done in the course: one JSON file on this machine, no account.

The file lies in labkit's cache. The variable LABKIT_PROGRESS names another file, or `off`:
then nothing is written, as it should be when solved notebooks run as tests.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from labkit import files, paths

Entry = dict[str, object]
FORMS: dict[str, dict[str, tuple[type, ...]]] = {
    "exercises": {"tries": (int,), "passed": (str, type(None))},
    "predictions": {
        "asks": (str,),
        "unit": (str,),
        "said": (int, float, str, type(None)),
        "measured": (int, float, str, type(None)),
        "verdict": (str,),
    },
    "quizzes": {"tries": (int,), "first": (bool,)},
}
"""Sections of the file -> what each of their entries holds, and of which types."""


def file() -> Path | None:
    """Where the file lies; None when LABKIT_PROGRESS is `off`."""
    chosen = os.environ.get("LABKIT_PROGRESS", "")
    if chosen == "off":
        return None
    return Path(chosen).expanduser() if chosen else paths.cache() / "progress.json"


def change(section: str, name: str, changed: Callable[[Entry], Entry]) -> None:
    """Replace one entry by what `changed` makes of it; {} stands for an entry that is missing.

    A second kernel waits until this one has written. A disk that refuses to write is reported
    in one line and does not fail the caller.
    """
    path = file()
    if path is None:
        return
    try:
        with files.locked(path.with_suffix(".lock")):
            sections = _sections(path)
            entries = sections.setdefault(section, {})
            entries[name] = changed(entries.get(name, {}))
            files.write_json(path, {**sections, "seal": _seal(sections)})
    except OSError as error:
        print(f"(your progress was not saved: {error})")


def read(section: str) -> dict[str, Entry]:
    """Name -> entry, as FORMS says; empty where nothing was kept.

    A file that cannot be read is set aside as progress.broken-1.json, never deleted.
    """
    path = file()
    return {} if path is None else _sections(path).get(section, {})


def _sections(path: Path) -> dict[str, dict[str, Entry]]:
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        seal = found.pop("seal", None)
        whole = _has_form(found) and seal in (None, _seal(found))
    except (AttributeError, ValueError, KeyError, TypeError, RecursionError):
        whole = False
    if not whole:
        _set_aside(path)
        return {}
    return dict(found)


def _seal(sections: dict[str, dict[str, Entry]]) -> str:
    """The fingerprint of all sections; of a file with exercises alone, as in earlier versions."""
    return files.fingerprint(*[sections[name] for name in FORMS if name in sections])


def _has_form(found: dict[str, dict[str, Entry]]) -> bool:
    """Whether every entry of every section holds what FORMS says."""
    return (
        bool(found)
        and found.keys() <= FORMS.keys()
        and all(
            _is_entry(entry, FORMS[section])
            for section, entries in found.items()
            for entry in entries.values()
        )
    )


def _is_entry(entry: Entry, form: dict[str, tuple[type, ...]]) -> bool:
    return form.keys() <= entry.keys() and all(type(entry[key]) in form[key] for key in form)


def _set_aside(path: Path) -> None:
    number = 1
    while (aside := path.with_suffix(f".broken-{number}.json")).exists():
        number += 1
    path.replace(aside)
    print(f"(the file of your progress was damaged; it is now {aside})", file=sys.stderr)

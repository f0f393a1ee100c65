"""A docstring that names a function of another module names one that is there."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "labkit"
ROOMS = ("losses", "data", "models", "evaluation", "training", "methods")
OTHERS = {"datasets", "tables", "os", "torch"}
"""Packages that are not ours, and names under which a module of ours is imported."""
DOTTED = re.compile(r"`(?:[a-z_]+\.)*([a-z_]+)\.([A-Za-z_]+)")


def modules():
    """Stem of a module, or name of a folder -> all its text."""
    found = defaultdict(str)
    for path in ROOT.rglob("*.py"):
        found[path.parent.name if path.stem == "__init__" else path.stem] += path.read_text("utf-8")
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_every_dotted_name_in_backticks_is_there(room):
    known, wrong = modules(), []
    for path in sorted((ROOT / room).rglob("*.py")):
        for module, name in DOTTED.findall(path.read_text("utf-8")):
            if module not in OTHERS and not re.search(rf"\b{name}\b", known.get(module, "")):
                wrong.append(f"{path.relative_to(ROOT)}: {module}.{name}")
    assert wrong == []

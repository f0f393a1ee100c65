"""Code inside texts (README, lessons, notebooks that tests write) imports names that exist."""

import importlib
import re

import pytest

from labkit import paths

IMPORT = re.compile(r"^ *from (labkit[\w.]*) import (\w[\w, ]*)$", re.MULTILINE)
TEXTS = [
    *paths.root().glob("*.md"),
    *(paths.root() / "labkit").rglob("*.md"),
    *(paths.root() / "notebooks").rglob("*.md"),
    *(paths.root() / "notebooks" / "masters").glob("*.py"),
    *(paths.root() / "tests" / "browser").glob("*.py"),
]
IMPORTS = sorted({
    (module, name.split(" as ")[0].strip())
    for path in TEXTS
    for module, names in IMPORT.findall(path.read_text(encoding="utf-8"))
    for name in names.split(",")
})  # fmt: skip


def test_texts_with_imports_are_found() -> None:
    assert len(IMPORTS) > 100


@pytest.mark.parametrize(("module", "name"), IMPORTS)
def test_imported_name_exists(module: str, name: str) -> None:
    if not hasattr(importlib.import_module(module), name):
        importlib.import_module(f"{module}.{name}")

"""Every module of labkit has a test file of its name in the same folder of tests."""

from collections.abc import Iterator
from pathlib import Path


def without_test(root: Path) -> Iterator[tuple[Path, str]]:
    """Each module that lacks its test file, and where that file belongs."""
    for path in sorted((root / "labkit").rglob("*.py")):
        inside = path.relative_to(root / "labkit")
        test = Path("tests") / inside.with_name(f"test_{path.name}")
        if not path.stem.startswith("__") and not (root / test).exists():
            yield path, f"write {test.as_posix()}"

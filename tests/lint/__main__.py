"""The course's own rules of style: one line per finding, exit code 1 when there is one."""

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.lint.mirror import without_test
from tests.lint.rules import OF_LABKIT, OF_OTHERS, Rule, Source

OTHERS = (
    "*.md", "*.toml", "*.yml", "Makefile", ".ci/run", "data/**/*.toml", "data/**/*.md",
    "labkit/**/*.md", "notebooks/**/*.py", "notebooks/*.md",
)  # fmt: skip


def findings(root: Path) -> Iterator[str]:
    """Every finding below a course folder, such as `labkit/files.py:3 docstring: ...`."""
    for path in sorted((root / "labkit").rglob("*.py")):
        yield from _of_file(root, path, OF_LABKIT)
    for path in sorted({path for pattern in OTHERS for path in root.glob(pattern)}):
        yield from _of_file(root, path, OF_OTHERS)
    for path, says in without_test(root):
        yield f"{path.relative_to(root)}:1 without_test: {says}"


def _of_file(root: Path, path: Path, rules: tuple[Rule, ...]) -> Iterator[str]:
    source = Source(path, path.read_text(encoding="utf-8"))
    for rule in rules:
        for line, says in rule(source):
            yield f"{path.relative_to(root)}:{line} {rule.__name__}: {says}"


def main(root: Path) -> int:
    """Print the findings below a course folder; 1 when there is one."""
    lines = list(findings(root))
    print("\n".join(lines) if lines else "the course's own rules are kept")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parents[2]))

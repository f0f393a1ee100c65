"""Importing labkit is cheap: nothing heavy is loaded before it is needed."""

import subprocess
import sys

HEAVY = {"torch", "transformers", "datasets", "sklearn", "matplotlib", "numpy", "pandas", "scipy"}


def test_importing_labkit_loads_nothing_heavy() -> None:
    assert HEAVY.isdisjoint(_loaded_by("import labkit"))


def test_the_light_modules_load_no_torch() -> None:
    assert HEAVY.isdisjoint(
        _loaded_by(
            "from labkit import files, paths; from labkit.data import fetch;"
            "from labkit.cli import main; from labkit.course import progress"
        )
    )


def _loaded_by(code: str) -> set[str]:
    command = [sys.executable, "-c", f"import sys; {code}; print(*sys.modules)"]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())

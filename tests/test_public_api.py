"""What holds for the whole package: cheap imports, docstrings, short files, safe calls."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from labkit import paths

ROOT = paths.root()
FILES = sorted((ROOT / "labkit").rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)

HEAVY = {"torch", "transformers", "datasets", "sklearn", "matplotlib", "numpy", "pandas", "scipy"}
SLOW = {"transformers", "datasets", "sklearn", "pandas", "jupytext"}
MODELS_OF_TRANSFORMERS = {"bilstm", "small_student", "student_configs", "swem"}
UNSAFE_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
UNSAFE_CALLS = {"torch.load", "torch.save", "eval", "exec", "os.system", "read_pickle"}
UNSAFE_ARGUMENTS = {"trust_remote_code", "allow_pickle", "shell"}


def test_importing_labkit_loads_nothing_heavy() -> None:
    assert HEAVY.isdisjoint(_loaded_by("import labkit"))


def test_the_light_modules_load_no_torch() -> None:
    assert HEAVY.isdisjoint(
        _loaded_by(
            "from labkit import files, paths; from labkit.data import fetch;"
            "from labkit.cli import main; from labkit.course import progress"
        )
    )


@each_file
def test_slow_packages_are_imported_only_by_the_functions_that_use_them(path: Path) -> None:
    if path.stem in MODELS_OF_TRANSFORMERS:
        return
    found = [ast.unparse(node) for node in TREES[path].body if _names_of_import(node) & SLOW]
    assert found == [], "import it inside the function"


def _names_of_import(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]}
    return set()


def _loaded_by(code: str) -> set[str]:
    command = [sys.executable, "-c", f"import sys; {code}; print(*sys.modules)"]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


@each_file
def test_everything_public_has_a_docstring(path: Path) -> None:
    without = [name for name, node in _public(TREES[path], "") if not ast.get_docstring(node)]
    assert without == []


def _public(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.Module]]:
    """The module, its public functions, and the public classes with their methods.

    A dataclass may explain itself by the sentences under its fields, a protocol by its names.
    """
    if isinstance(node, ast.Module):
        yield "the module", node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.ClassDef) or child.name.startswith("_"):
            continue
        if not _explains_itself(child):
            yield prefix + child.name, child  # type: ignore[misc]
        if isinstance(child, ast.ClassDef):
            yield from _public(child, f"{child.name}.")


def _explains_itself(node: ast.FunctionDef | ast.ClassDef) -> bool:
    if isinstance(node, ast.FunctionDef):
        only_declared = ast.unparse(node.body[-1]) == "..."
        return only_declared or node.name == "forward"
    pairs = list(zip(node.body, node.body[1:], strict=False))
    return any(
        isinstance(field, ast.AnnAssign)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        for field, text in pairs
    )


@each_file
def test_nothing_that_can_run_code_from_a_file_is_called(path: Path) -> None:
    found = []
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            found += [name for name in modules if name.partition(".")[0] in UNSAFE_MODULES]
        elif isinstance(node, ast.Call):
            found += [name for name in UNSAFE_CALLS if _is_call_of(node, name)]
        elif isinstance(node, ast.keyword) and node.arg in UNSAFE_ARGUMENTS:
            off = isinstance(node.value, ast.Constant) and node.value.value is False
            found += [] if off else [str(node.arg)]
    assert found == []


def _is_call_of(call: ast.Call, name: str) -> bool:
    called = ast.unparse(call.func)
    return called == name or (name == "read_pickle" and called.endswith(f".{name}"))


@each_file
def test_files_and_functions_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 320
    functions = [node for node in ast.walk(TREES[path]) if isinstance(node, ast.FunctionDef)]
    long = [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= 50]
    assert long == []


@each_file
def test_random_numbers_are_never_seeded_for_everyone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for call in re.finditer(r"(torch|random|np\.random|cuda)\.(manual_seed|seed)\(", text):
        before = text[: call.start()]
        forked = "fork_rng" in before[before.rfind("\ndef ") :]
        assert forked, "pass a generator, or seed inside torch.random.fork_rng()"


def test_no_file_names_a_place_on_one_machine() -> None:
    places = re.compile(r"(?<![\w.])/(?:work|home|root|Users)/\w")
    checked = [*FILES, *(ROOT / "data").glob("*.toml"), *(ROOT / "notebooks").rglob("*.py")]
    checked += [ROOT / name for name in ("Makefile", "README.md", "pyproject.toml", ".ci/run")]
    assert [path.name for path in checked if places.search(path.read_text(encoding="utf-8"))] == []

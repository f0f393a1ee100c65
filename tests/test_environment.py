"""environment.yml, pyproject.toml and constraints.txt name the same packages, and they fit."""

import ast
import re
import sys
import tomllib
from importlib import metadata

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from labkit import paths

ROOT = paths.root()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONDA_TEXT = (ROOT / "environment.yml").read_text()
CONDA = yaml.safe_load(CONDA_TEXT)
PIP_LINES: list[str] = next(each for each in CONDA["dependencies"] if isinstance(each, dict))["pip"]
PYTHONS = ("3.11", "3.12", "3.13")


def _requirements(lines: list[str]) -> dict[str, Requirement]:
    parsed = [Requirement(line) for line in lines]
    assert len({canonicalize_name(each.name) for each in parsed}) == len(parsed), "named twice"
    return {canonicalize_name(each.name): each for each in parsed}


def _pins() -> dict[str, Requirement]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return _requirements([line for line in lines if not line.startswith("#")])


PINS = _pins()
NEEDED = _requirements(PROJECT["dependencies"])
IN_CONDA = _requirements([line for line in PIP_LINES if not line.startswith("-")])


def _pinned(name: str) -> str:
    (specifier,) = PINS[name].specifier
    return specifier.version


def test_conda_installs_the_packages_of_the_project_and_no_others() -> None:
    assert set(IN_CONDA) == set(NEEDED)


def test_conda_takes_only_python_and_pip_from_conda_forge() -> None:
    assert CONDA["channels"] == ["conda-forge", "nodefaults"]
    assert [re.split("[=<>]", each)[0] for each in CONDA["dependencies"][:-1]] == ["python", "pip"]


def test_conda_installs_the_pinned_versions_and_labkit_last() -> None:
    assert PIP_LINES[0] == "-c constraints.txt"
    assert PIP_LINES[-1] == "-e ."


def test_every_package_of_conda_says_what_needs_it() -> None:
    lines = CONDA_TEXT.partition("- pip:\n")[2].splitlines()[1:]
    assert len(lines) == len(PIP_LINES) - 1
    assert all(re.search(r" # \S+.*: \S+", line) for line in lines)


def test_every_constraint_is_one_exact_version() -> None:
    for pin in PINS.values():
        assert re.fullmatch(r"==[0-9a-z.]+", str(pin.specifier)), pin
        assert pin.marker is None


@pytest.mark.parametrize("name", NEEDED)
def test_the_pinned_version_lies_in_the_range_of_the_project_and_of_conda(name: str) -> None:
    assert NEEDED[name].specifier.contains(_pinned(name))
    assert IN_CONDA[name].specifier.contains(_pinned(name))


@pytest.mark.parametrize("extra", ["test", "site", "browser"])
def test_what_tests_need_is_pinned_inside_its_range(extra: str) -> None:
    for name, wanted in _requirements(PROJECT["optional-dependencies"][extra]).items():
        assert wanted.specifier.contains(_pinned(name)), wanted


def test_everything_that_the_packages_need_themselves_is_pinned() -> None:
    if _version_of("torch") != _pinned("torch") or _version_of("numpy") != _pinned("numpy"):
        pytest.skip("other versions than the pinned ones are installed here, with other needs")
    extras = PROJECT["optional-dependencies"]
    waiting = [*NEEDED, *_requirements(extras["test"]), *_requirements(extras["site"])]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen or name.startswith(("nvidia-", "cuda-", "triton")):
            continue  # Torch itself pins the packages of its GPU builds.
        seen.add(name)
        waiting += _needs_of(name)
    missing = sorted(name for name in seen - set(PINS) if not name.startswith("nvidia"))
    assert missing == [], "run `make pins`"


def _version_of(name: str) -> str:
    return metadata.version(name).partition("+")[0]


def _needs_of(name: str) -> list[str]:
    needs = [Requirement(line) for line in metadata.requires(name) or []]
    here = [each for each in needs if not each.marker or each.marker.evaluate({"extra": ""})]
    return [str(canonicalize_name(each.name)) for each in here]


def test_the_python_versions_agree() -> None:
    supported = SpecifierSet(PROJECT["requires-python"])
    assert [each for each in ("3.10", *PYTHONS, "3.14") if supported.contains(each)] == list(
        PYTHONS
    )
    conda = Requirement(CONDA["dependencies"][0].replace("=", "==")).specifier
    assert any(conda.contains(each) for each in PYTHONS)
    makefile = (ROOT / "Makefile").read_text()
    assert "(3, 11) <= sys.version_info < (3, 14)" in makefile


def test_every_package_that_labkit_imports_is_a_declared_one() -> None:
    provided = metadata.packages_distributions()
    extras = PROJECT["optional-dependencies"]
    named = ("site", "llm", "slurm", "dask", "ray")
    declared = {*NEEDED, *_requirements([line for name in named for line in extras[name]])}
    for path in sorted((ROOT / "labkit").rglob("*.py")):
        for module in _imported(ast.parse(path.read_text(encoding="utf-8"))):
            if module in sys.stdlib_module_names or module == "labkit":
                continue
            names = {canonicalize_name(each) for each in provided.get(module, [module])}
            assert names & declared, f"{path.name} imports {module}: add it to pyproject.toml"


def _imported(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found

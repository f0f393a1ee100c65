"""Each rule of `python -m tests.lint` finds its bad sample, by line, and lets a good one pass."""

from pathlib import Path

import pytest

from tests.lint.__main__ import findings, main
from tests.lint.rules import OF_LABKIT, OF_OTHERS

GOOD = '''"""A module."""

import json


def public(path: str) -> str:
    """The text of a file as JSON text."""
    import pandas

    return json.dumps(pandas.read_csv(path, shell=False).to_dict())
'''
LONG_FUNCTION = '"""A."""\n\n\ndef f():\n    """A."""\n' + "    x = 1\n" * 49
CLASS = '"""A."""\n\n\nclass Public:\n    """B."""\n\n'
BAD = {
    "slow_import": [
        ('"""A."""\n\nimport pandas as pd\n', 3),
        ('"""A."""\n\nfrom transformers import AutoModel\n', 3),
    ],
    "hidden_import": [
        ('"""A."""\n\nimport importlib\n\nimportlib.import_module("labkit.cli")\n', 5),
        ('"""A."""\n\n__import__("labkit.cli")\n', 3),
    ],
    "docstring": [
        ("x = 1\n", 1),
        ('"""A."""\n\n\ndef public():\n    return 1\n', 4),
        ('"""A."""\n\n\nclass Public:\n    x = 1\n', 4),
        (CLASS + "    def method(self):\n        return 1\n", 7),
    ],
    "unsafe": [
        ('"""A."""\n\nimport pickle\n', 3),
        ('"""A."""\n\nfrom joblib import load\n', 3),
        ('"""A."""\n\ntorch.load("a")\n', 3),
        ('"""A."""\n\npd.read_pickle("a")\n', 3),
        ('"""A."""\n\neval("1")\n', 3),
        ('"""A."""\n\nload("a", trust_remote_code=True)\n', 3),
        ('"""A."""\n\nrun("a", shell=chosen)\n', 3),
    ],
    "length": [('"""A."""\n' + "x = 1\n" * 320, 321), (LONG_FUNCTION, 4)],
    "seeding": [
        ('"""A."""\n\n\ndef f():\n    """A."""\n    torch.manual_seed(0)\n', 6),
        ('"""A."""\n\n\ndef f():\n    """A."""\n    np.random.seed(0)\n', 6),
        ('"""A."""\n\nwith fork_rng():\n    x = 1\ntorch.cuda.manual_seed_all(0)\n', 5),
    ],
    "machine_path": [('"""A."""\n\nDATA = "/home/somebody/data"\n', 3)],
}
CASES = [(rule, *sample) for rule, samples in BAD.items() for sample in samples]


def course(folder: Path, text: str, tested: bool = True) -> Path:
    """A course with one module of this text, and the module's test file."""
    (folder / "labkit" / "room").mkdir(parents=True)
    (folder / "labkit" / "room" / "module.py").write_text(text, encoding="utf-8")
    (folder / "tests" / "room").mkdir(parents=True)
    if tested:
        (folder / "tests" / "room" / "test_module.py").write_text("", encoding="utf-8")
    return folder


def test_a_good_file_has_no_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(course(tmp_path, GOOD)) == 0
    assert "rules are kept" in capsys.readouterr().out


@pytest.mark.parametrize(("rule", "text", "line"), CASES, ids=lambda value: str(value)[:20])
def test_a_bad_file_fails_with_its_line_and_the_rule(
    rule: str, text: str, line: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(course(tmp_path, text)) == 1
    (found,) = capsys.readouterr().out.splitlines()
    assert found.startswith(f"labkit/room/module.py:{line} {rule}: ")


def test_every_rule_has_a_bad_sample() -> None:
    assert {rule.__name__ for rule in (*OF_LABKIT, *OF_OTHERS)} == BAD.keys()


def test_a_module_without_a_test_file_is_named_with_the_place_of_the_file(tmp_path: Path) -> None:
    (found,) = findings(course(tmp_path, GOOD, tested=False))
    assert found == "labkit/room/module.py:1 without_test: write tests/room/test_module.py"


@pytest.mark.parametrize("place", ["README.md", "data/assets.toml", "notebooks/masters/01_a.py"])
def test_texts_settings_and_masters_name_no_place_on_one_machine(
    place: str, tmp_path: Path
) -> None:
    folder = course(tmp_path, GOOD)
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / place).write_text("first\nsee /work/here\n", encoding="utf-8")
    (found,) = findings(folder)
    assert found.startswith(f"{place}:2 machine_path: ")


@pytest.mark.parametrize(
    "text",
    [
        '"""A."""\n\n\ndef f():\n    """A."""\n    with torch.random.fork_rng():\n'
        "        torch.manual_seed(0)\n",
        '"""A."""\n\n\ndef _private():\n    return 1\n',
        '"""A."""\n\n\nclass Data:\n    x: int\n    """A number."""\n',
        '"""A."""\n\n\nclass Protocol:\n    """A."""\n\n    def method(self): ...\n',
        '"""A."""\n\nload("a", trust_remote_code=False)\n',
        '"""A."""\n\n# see tmp/home/x and https://example.org/work/a\n',
    ],
)
def test_what_only_looks_like_a_breach_passes(text: str, tmp_path: Path) -> None:
    assert list(findings(course(tmp_path, text))) == []

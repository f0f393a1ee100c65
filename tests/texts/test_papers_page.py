"""From the papers to the code: each place of a paper has a line, each name and file exists."""

import ast
import re
from functools import cache

import pytest

from labkit import paths
from labkit.cli import llm, llm_prompt_arms, llm_text
from labkit.experiments.adversarial.plan import TABLES
from labkit.experiments.confirm import plan as confirm_plan
from labkit.experiments.confirm.beyond import plan as beyond_plan
from labkit.experiments.forensics import plan as forensics_plan
from labkit.experiments.llm_prompt import plan as llm_prompt_plan
from labkit.experiments.long_chain import plan as long_chain_plan
from labkit.experiments.online import reproduce as online

PAGE = paths.root() / "labkit" / "papers.md"
TEXT = PAGE.read_text(encoding="utf-8")
LINKS = sorted(set(re.findall(r"\[([^\]]+)\]\(([^):]+)\)", TEXT)))
CODE = [(name.strip("`"), file) for name, file in LINKS if name.startswith("`")]
KNOWN = {
    *TABLES, *online.TITLES, *llm.TABLES, llm_text.TABLE, llm_prompt_arms.TABLE,
    confirm_plan.NAME, forensics_plan.NAME, long_chain_plan.NAME, beyond_plan.NAME,
    llm_prompt_plan.TABLE, online.ALL, "all",
}  # fmt: skip
OTHERS = [
    paths.root() / "data" / "results" / "README.md",
    *paths.root().glob("notebooks/masters/*"),
]
COMMANDS = {
    command.partition(" --")[0]
    for page in (PAGE, *OTHERS)
    for command in re.findall(
        r"`labkit reproduce ([^`]+)`", re.sub(r"\n(# )?", " ", page.read_text(encoding="utf-8"))
    )
}
SECTIONS = dict(re.findall(r"(?ms)^## ([A-Z]\w+)[^\n]*\n(.*?)(?=^## |\Z)", TEXT))


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((PAGE.parent / file).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.ClassDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


@pytest.mark.parametrize(("name", "file"), LINKS)
def test_a_link_leads_to_a_file(name, file):
    assert (PAGE.parent / file).exists(), name


@pytest.mark.parametrize(("name", "file"), CODE)
def test_a_name_stands_in_the_file_that_its_link_leads_to(name, file):
    assert name in names_in(file)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_command_names_tables_that_there_are(command):
    assert set(command.split()) <= KNOWN


def places(section: str) -> set[str]:
    """Places of a paper with their numbers, "eq. 9, 10" and "Table 6 to Table 10" spelled out."""
    found = set()
    for cell in re.findall(r"(?m)^\| ([^|]+) \|", SECTIONS[section]):
        for kind, first, last in re.findall(r"(Table|Figure) (\d+) to \1 (\d+)", cell):
            found |= {f"{kind} {number}" for number in range(int(first), int(last) + 1)}
        found |= set(re.findall(r"(?:Table|Figure) \d+", cell))
        for numbers in re.findall(r"eq\. (\d+(?:, \d+)*)", cell):
            found |= {f"eq. {number}" for number in numbers.split(", ")}
    return found


def test_every_equation_table_and_figure_of_both_papers_has_its_line():
    first = {f"eq. {i}" for i in range(1, 7)} | {f"Table {i}" for i in range(1, 14)}
    assert first | {f"Figure {i}" for i in range(1, 5)} == places("Adversarial")
    second = {f"eq. {i}" for i in range(1, 11)} | {f"Table {i}" for i in range(1, 4)}
    assert second | {f"Figure {i}" for i in range(1, 6)} == places("KDFD")


def test_all_four_documents_have_a_part_with_code_and_results():
    assert set(SECTIONS) == {"Adversarial", "KDFD", "GAD", "GAKD"}
    assert all("`labkit reproduce" in text and ".py)" in text for text in SECTIONS.values())

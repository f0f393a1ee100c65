"""What the pages name is there: files, headings, commands with their options, make's targets."""

import re
from pathlib import Path

import pytest

from labkit import paths
from labkit.cli import main as cli

ROOT = paths.root()
PAGES = sorted([
    *ROOT.glob("*.md"),
    *(ROOT / "data").rglob("*.md"),
    *(ROOT / "labkit").rglob("*.md"),
    *(ROOT / "notebooks").rglob("*.md"),
    *(ROOT / "notebooks" / "masters").glob("*.py"),
])  # fmt: skip
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
TARGETS = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))


def called(tool: str) -> list[str]:
    """What follows the tool's name between backticks, line ends and comment signs as spaces."""
    flat = [re.sub(r"\n(# ?)?", " ", text) for text in TEXTS.values()]
    return sorted({" ".join(rest.split()) for text in flat for rest in said(tool, text)})


def said(tool: str, text: str) -> list[str]:
    return re.findall(rf"`{tool} ([^`]+)`", text)


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"(?m)^#+ (.+)$", TEXTS[page])
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, id=str(page.relative_to(ROOT))) for page in PAGES if page.suffix == ".md"],
)
def test_a_link_leads_to_a_file_and_to_a_heading(page: Path) -> None:
    text = re.sub(r"`[^`\n]*`", "", re.sub(r"(?s)```.*?```", "", TEXTS[page]))
    text = re.sub(r"!\[\]\([a-z-]+\)", "", text)  # a diagram of a slide, by its name
    for file, heading in re.findall(r"\]\(([^)\s#:]*)(?:#([^)\s]*))?\)", text):
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), file
        assert not heading or heading in anchors(target), f"{file}#{heading}"


def test_commands_and_targets_are_found() -> None:
    assert len(called("labkit")) > 50 and len(called("make")) > 8


@pytest.mark.parametrize("line", called("labkit"))
def test_a_command_of_a_page_exists_with_its_options(
    line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = re.findall(r"(?<![\w-])[a-z][a-z-]*", re.split(r" [A-Z/.]|=", line)[0])
    for tried in (words[:2], words[:1]):
        with pytest.raises(SystemExit) as ended:
            cli.main([*tried, "--help"])
        known = capsys.readouterr().out
        if ended.value.code == 0:
            break
    else:
        pytest.fail(f"labkit has no command {line}")
    assert [each for each in re.findall(r"--[a-z-]+", line) if each not in known] == []


@pytest.mark.parametrize("line", called("make"))
def test_a_target_of_a_page_exists(line: str) -> None:
    targets = [word for word in line.split() if "=" not in word]
    assert [target for target in targets if target not in TARGETS] == []

"""What the README promises is there: files, pictures, anchors, commands."""

import re

import pytest

from labkit import paths
from labkit.cli import main as cli

ROOT = paths.root()
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
LINKS = sorted(set(re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", TEXT)))
TARGETS = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text()))
COMMANDS = sorted(
    set(re.findall(r"`labkit ([a-z][a-z -]*?[a-z])(?: [^`a-z-][^`]*| \S+\.[a-z]+[^`]*)?`", TEXT))
)


@pytest.mark.parametrize("link", LINKS)
def test_a_link_leads_to_a_file_of_the_course(link: str) -> None:
    assert (ROOT / link).exists()


def test_every_picture_has_words_in_its_place() -> None:
    alts = re.findall(r"!\[([^\]]*)\]\(", TEXT)
    assert len(alts) >= 3
    assert all(len(alt.split()) > 10 for alt in alts)


def test_every_make_target_exists() -> None:
    named = {
        name for words in re.findall(r"\bmake ((?:[a-z]+ ?)+)", TEXT) for name in words.split()
    }
    assert {"lab", "site", "slides", "cpu"} <= named & TARGETS


def words_read(text: str) -> int:
    """Words that a reader sees: no address, alt text, block of code or table's rule."""
    for hidden in (r"(?s)!\[.*?\]\(.*?\)", r"(?s)```.*?```", r"(?<=\])\([^)]*\)"):
        text = re.sub(hidden, " ", text)
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def test_it_is_short_and_holds_five_findings_with_numbers() -> None:
    assert len(TEXT.split()) < 1100 and words_read(TEXT) <= 900
    found = TEXT.partition("## What you will find out")[2].partition("\n## ")[0]
    numbered = re.split(r"(?m)^\d\. ", found)[1:]
    assert len(numbered) == 5
    assert all(re.search(r"\d", one) for one in numbered)


def test_every_lesson_stands_in_the_table() -> None:
    lessons = [path.stem for path in (ROOT / "notebooks" / "masters").glob("[0-9]*.py")]
    assert [name for name in lessons if f"notebooks/{name}.ipynb" not in TEXT] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_one_of_labkits(command: str) -> None:
    words = [word for word in command.split() if not word.startswith("-")]
    known = [words[:2], words[:1]]
    for tried in known:
        with pytest.raises(SystemExit) as ended:
            cli.main([*tried, "--help"])
        if ended.value.code == 0:
            return
    pytest.fail(f"labkit has no command {command}")

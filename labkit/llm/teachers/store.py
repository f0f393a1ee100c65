"""Answers on disk, one JSON line each, safe from a stop at any moment."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.files import write_atomically
from labkit.llm.teachers.answers import STOPPED, Answer, check_prompts

SETTINGS = "settings"


@dataclass(frozen=True)
class Stored:
    """One answer as it lies on disk."""

    prompt: str
    sample: int
    """Number of the answer to this prompt, from 0."""
    answer: Answer
    prompt_tokens: int = 0
    """As the server counted them; 0 if unknown."""
    answer_tokens: int = 0

    def line(self) -> dict[str, Any]:
        """The answer as JSON."""
        return {
            "prompt": self.prompt,
            "sample": self.sample,
            "answer": self.answer.text,
            "finish": self.answer.finish,
            "prompt_tokens": self.prompt_tokens,
            "answer_tokens": self.answer_tokens,
        }


class AnswerStore:
    """A JSON-lines file of answers, begun by the settings with which they were collected.

    Each answer is on disk before `add` returns. A last line that a stop cut short is dropped.

    errors: ValueError when the file holds answers collected otherwise, or is damaged before its end
    """

    def __init__(self, path: Path | str, settings: dict[str, Any]) -> None:
        self.path = Path(path)
        self.found: dict[tuple[str, int], Stored] = {}
        wanted = json.loads(json.dumps(settings))
        lines = _whole_lines(self.path)
        if lines:
            self._check(lines[0].get(SETTINGS), wanted)
            for number, line in enumerate(lines[1:], 2):
                stored = _stored(line, f"{self.path.name}, line {number}")
                self.found[stored.prompt, stored.sample] = stored
        self._write_whole(wanted)

    def _check(self, got: Any, wanted: dict[str, Any]) -> None:
        if got == wanted:
            return
        said = "without settings"
        if isinstance(got, dict):
            keys = [key for key in {**wanted, **got} if got.get(key) != wanted.get(key)]
            said = "; ".join(f"{key} {got.get(key)!r}, here {wanted.get(key)!r}" for key in keys)
        raise ValueError(
            f"{self.path.name} holds answers that were collected otherwise ({said}); choose "
            "another file, so that two ways of asking are not mixed"
        )

    def _write_whole(self, settings: dict[str, Any]) -> None:
        lines = [{SETTINGS: settings}, *(stored.line() for stored in self.found.values())]
        with write_atomically(self.path) as temporary:
            text = "".join(_json(line) + "\n" for line in lines)
            temporary.write_text(text, encoding="utf-8", errors="replace")

    def add(self, stored: Stored) -> None:
        """Put one more answer on disk, for good."""
        with self.path.open("a", encoding="utf-8", errors="replace") as file:
            file.write(_json(stored.line()) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self.found[stored.prompt, stored.sample] = stored


@dataclass(frozen=True)
class FileTeacher:
    """A teacher whose answers lie in a JSON-lines file: objects with `prompt` and `answer`."""

    path: Path
    """By `AnswerStore`, or by anybody: without `finish` it is "stop", without `sample` 0."""
    sample: int = 0
    """Which of several answers to a prompt is given."""

    def answers(self, prompts: Sequence[str]) -> list[Answer]:
        """The stored answer to each prompt, in their order.

        errors: ValueError for prompts without an answer, and for damaged lines
        """
        check_prompts(prompts)
        found = {}
        for number, line in enumerate(_whole_lines(self.path), 1):
            if SETTINGS not in line:
                stored = _stored(line, f"{self.path.name}, line {number}")
                found[stored.prompt, stored.sample] = stored.answer
        missing = [prompt for prompt in prompts if (prompt, self.sample) not in found]
        if missing:
            raise ValueError(
                f"{self.path.name} lacks answers to {len(missing)} of {len(prompts)} prompts, such "
                f"as {missing[0][:60]!r}; collect them, or leave these prompts out"
            )
        return [found[prompt, self.sample] for prompt in prompts]


def stored_answers(path: Path) -> list[Stored]:
    """All answers of a JSON-lines file, in its order.

    errors: FileNotFoundError for no file; ValueError for one without answers, and for damaged lines
    """
    if not path.exists():
        raise FileNotFoundError(f"there is no file {path}; check the spelling")
    lines = enumerate(_whole_lines(path), 1)
    found = [_stored(one, f"{path.name}, line {at}") for at, one in lines if SETTINGS not in one]
    if not found:
        raise ValueError(f"{path} holds no answers; wanted JSON lines with `prompt` and `answer`")
    return found


def _json(line: dict[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False)


def _whole_lines(path: Path) -> list[dict[str, Any]]:
    """The JSON objects of a file; a last line without its end of line is left out."""
    if not path.exists():
        return []
    *whole, torn = path.read_bytes().split(b"\n")
    lines = []
    for number, text in enumerate(whole, 1):
        try:
            line = json.loads(text)
        except ValueError:
            line = None
        if not isinstance(line, dict):
            raise ValueError(
                f"{path.name} is damaged at line {number}, {text[:40]!r}; mend or remove that line"
            )
        lines.append(line)
    return lines + _last(torn)


def _last(torn: bytes) -> list[dict[str, Any]]:
    """A last line that is whole but for its end of line, as some programs write it."""
    try:
        line = json.loads(torn)
    except ValueError:
        return []
    return [line] if isinstance(line, dict) else []


def _stored(line: dict[str, Any], place: str) -> Stored:
    prompt, answer = line.get("prompt"), line.get("answer")
    if not isinstance(prompt, str) or not isinstance(answer, str):
        raise ValueError(
            f"{place} has no texts `prompt` and `answer`, got the keys {', '.join(line) or 'none'}"
        )
    finish = STOPPED if line.get("finish") is None else str(line["finish"])
    numbers = (_whole(line, name, place) for name in ("sample", "prompt_tokens", "answer_tokens"))
    sample, prompt_tokens, answer_tokens = numbers
    return Stored(prompt, sample, Answer(answer, finish), prompt_tokens, answer_tokens)


def _whole(line: dict[str, Any], name: str, place: str) -> int:
    found = line.get(name) or 0
    if not isinstance(found, int):
        raise ValueError(f"{place} has {name} {found!r}, wanted a whole number or nothing")
    return found

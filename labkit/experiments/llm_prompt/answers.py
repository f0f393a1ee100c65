"""The teacher's answers: shipped by the names of their questions, and asked for where missing."""

import json
from collections.abc import Sequence
from pathlib import Path

from labkit import paths
from labkit.experiments.llm_prompt.model import Speaker, speaker
from labkit.experiments.llm_prompt.questions import Question
from labkit.files import write_text
from labkit.llm.teachers.answers import Answer

FILE = "llm_prompt_answers.jsonl"
"""Answers only; the questions are others' and lie in their own data sets."""
AT_ONCE = 32


def teacher_answers(asked: Sequence[Question], file: Path | None = None) -> list[Answer]:
    """The teacher's likeliest answer to each question, in their order.

    file: None for the shipped one; what it lacks is asked of the model, if that was fetched, and
          written down after each few questions
    errors: ValueError when answers are missing and the model was not fetched
    """
    file = file or paths.results("llm") / FILE
    found = stored(file)
    missing = [one for one in asked if one.name not in found]
    teacher: Speaker | None = None
    while missing:
        teacher, some, missing = teacher or speaker(), missing[:AT_ONCE], missing[AT_ONCE:]
        said = teacher.says([one.text for one in some], with_style=True)
        found |= {one.name: answer for one, answer in zip(some, said, strict=True)}
        _write(file, found)
    return [found[one.name] for one in asked]


def stored(file: Path) -> dict[str, Answer]:
    """Name of a question -> its answer; empty where there is no file."""
    if not file.exists():
        return {}
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {line["name"]: Answer(line["answer"], line["finish"]) for line in lines}


def _write(file: Path, found: dict[str, Answer]) -> None:
    lines = [
        json.dumps({"name": name, "answer": own.text, "finish": own.finish}, ensure_ascii=False)
        for name, own in found.items()
    ]
    write_text(file, "\n".join(lines) + "\n")

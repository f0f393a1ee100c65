"""Prompt distillation with a model of letters in place of SmolLM2, and three questions."""

from typing import Any

from labkit.experiments.llm_prompt import measure
from labkit.experiments.llm_prompt.model import Speaker
from labkit.experiments.llm_prompt.questions import Question, Questions
from labkit.llm.causal import build_causal
from labkit.llm.teachers.answers import Answer
from tests.helpers.llm.tiny_language import VOCABULARY
from tests.helpers.llm.tiny_tokenizer import tokenizer

ASKED = tuple(Question(f"made/up/{place}", text) for place, text in enumerate(("ab", "cd", "ef")))


def install(patch: Any) -> None:
    """Let `measure` ask these questions, with these answers, of a tiny model."""
    patch.setattr(measure, "questions", lambda *sizes: Questions(ASKED[:2], ASKED[2:], ()))
    patch.setattr(measure, "teacher_answers", lambda asked, file=None: [Answer("b")] * len(asked))
    patch.setattr(measure, "speaker", speaker)


def speaker() -> Speaker:
    """Fresh weights; a letter is a token."""
    return Speaker(build_causal(VOCABULARY, 16, 1, context=128), tokenizer())

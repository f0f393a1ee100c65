"""What one arm answers to held-out questions, and what it has lost elsewhere."""

import time
from collections.abc import Generator, Sequence
from pathlib import Path

import torch

from labkit.experiments.llm_prompt.answers import teacher_answers
from labkit.experiments.llm_prompt.model import (
    LONGEST_ANSWER,
    LONGEST_PROMPT,
    Speaker,
    speaker,
    taught,
)
from labkit.experiments.llm_prompt.plan import SCALES, PromptRun
from labkit.experiments.llm_prompt.questions import Questions, questions
from labkit.experiments.llm_prompt.style import plain, style_of
from labkit.experiments.result import Outcome
from labkit.experiments.trial import versions
from labkit.llm.config import SequenceStep
from labkit.llm.encode import encode_pairs
from labkit.llm.losses import sequence_nll
from labkit.llm.scoring import answer_logits
from labkit.llm.teachers.answers import Answer
from labkit.llm.tokens import pairs_of

PARTS = ("held_out", "others")
LIVE_STEPS, LOOK_EVERY = 40, 10
"""Of the run that one watches, and from one look at an answer to the next."""


def measure(run: PromptRun, file: Path | None = None) -> Outcome:
    """Train one arm if it learns, and ask it the held-out questions; plain values.

    file: of the teacher's answers; None for the shipped one
    """
    scale = SCALES[run.scale]
    asked = questions(scale.train, scale.held_out, scale.others)
    told = {part: teacher_answers(getattr(asked, part), file) for part in PARTS}
    if run.arm == "teacher":
        return {**{part: judged(own) for part, own in told.items()}, **_rest(0.0)}
    student, begun = speaker(), time.process_time()
    if run.arm == "seqkd":
        train = teacher_answers(asked.train, file)
        for _ in taught(student, [one.text for one in asked.train], train, scale.steps, run.seed):
            pass
    seconds = time.process_time() - begun
    found = {part: judged(_said(student, asked, part)) for part in PARTS}
    nats = {
        "answer_nats": answer_nats(student, [one.text for one in asked.held_out], told["held_out"]),
        "text_nats": text_nats(student, unasked(scale.texts)),
    }
    return {**found, **nats, **_rest(seconds)}


def live(
    steps: int = LIVE_STEPS, seed: int = 0, student: Speaker | None = None
) -> Generator[SequenceStep, None, list[str]]:
    """SeqKD from the shipped answers while somebody looks on, some two minutes on one core.

    student: trained in place; None for SmolLM2 from the cache
    returns what it answered to a held-out question without the prompt: before its first step, then
    after each tenth
    errors: ValueError when the model was not fetched
    """
    scale = SCALES["classroom"]
    asked = questions(scale.train, 1, 0)
    held_out = [asked.held_out[0].text]
    answers, student = teacher_answers(asked.train), student or speaker()
    said = [student.says(held_out, with_style=False)[0].text]
    for step in taught(student, [one.text for one in asked.train], answers, steps, seed):
        if (step.index + 1) % LOOK_EVERY == 0:
            said.append(student.says(held_out, with_style=False)[0].text)
        yield step
    return said


def _said(student: Speaker, asked: Questions, part: str) -> list[Answer]:
    texts = [one.text for one in getattr(asked, part)]
    return student.says(texts, with_style=False) if texts else []


def _rest(seconds: float) -> dict[str, object]:
    return {"seconds": seconds, "cpu_seconds": seconds, "versions": versions()}


def judged(answers: Sequence[Answer]) -> dict[str, float]:
    """Shares of answers that keep each part of the rule, and words an answer; nan for none."""
    count = len(answers) or float("nan")
    styles = [style_of(one.text) for one in answers]
    return {
        "lower": sum(one.lower for one in styles) / count,
        "marked": sum(one.marked for one in styles) / count,
        "whole": sum(one.whole for one in styles) / count,
        "words": sum(len(one.text.split()) for one in answers) / count,
        "ended": sum(one.whole for one in answers) / count,
        "distinct": len({one.text for one in answers}) / count,
        "answers": len(answers),
    }


@torch.no_grad()
def answer_nats(student: Speaker, asked: Sequence[str], answers: Sequence[Answer]) -> float:
    """The student's surprise at the teacher's held-out answers, nats per token."""
    prompts = [plain(one) for one in asked]
    pairs = encode_pairs(student.tokenizer, prompts, answers, LONGEST_PROMPT, LONGEST_ANSWER)
    return sequence_nll(answer_logits(student.model, pairs), pairs.answers, pairs.mask).item()


@torch.no_grad()
def text_nats(student: Speaker, texts: Sequence[str]) -> float:
    """Surprise at plain text that no prompt asked for, nats per token: rises with what is lost."""
    rows = [student.tokenizer(text)["input_ids"] for text in texts]
    pairs = pairs_of([row[:1] for row in rows], [row[1:] for row in rows], [False] * len(rows))
    return sequence_nll(answer_logits(student.model, pairs), pairs.answers, pairs.mask).item()


def unasked(count: int) -> list[str]:
    """Sentences of film reviews between 40 and 160 characters."""
    from labkit.data.loading import study

    rows = study("movies5", source="pypi").test["text"]
    return [text for text in rows if 40 <= len(text) <= 160][:count]

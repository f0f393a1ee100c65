"""SmolLM2 as teacher and as student: loaded from the cache, and its last layers trained."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labkit.data import fetch
from labkit.experiments.llm_prompt.style import plain, styled
from labkit.llm.config import Descent, RunConfig, SequenceStep
from labkit.llm.encode import encode_pairs
from labkit.llm.rollouts import Sampling
from labkit.llm.seqkd import seqkd
from labkit.llm.teachers.answers import Answer
from labkit.llm.teachers.local import LocalTeacher

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

NAME = "smollm2"
LONGEST_ANSWER = 32
"""Tokens, the end token counted."""
LONGEST_PROMPT = 220
TRAINED_LAYERS = 3
"""The last ones; the others stay, which saves two thirds of a step's time."""
BATCH, RATE = 8, 3e-4


@dataclass(frozen=True)
class Speaker:
    """The model with its tokenizer."""

    model: "PreTrainedModel"
    tokenizer: "PreTrainedTokenizerBase"

    def says(self, questions: Sequence[str], with_style: bool) -> list[Answer]:
        """Its likeliest answers to the questions, behind the style prompt or without it."""
        asked = [styled(one) if with_style else plain(one) for one in questions]
        eos = self.tokenizer.eos_token_id
        how = Sampling(int(eos), LONGEST_ANSWER, 0.0, rows_at_once=32)
        return LocalTeacher(self.model, self.tokenizer, how, LONGEST_PROMPT).answers(asked)


def speaker(trained_layers: int = TRAINED_LAYERS) -> Speaker:
    """SmolLM2-135M-Instruct in float32; only its last layers and the last norm may learn.

    errors: ValueError when it was not fetched
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = fetch.find(NAME)
    if folder is None:
        raise ValueError(f"{NAME} is not in the cache; run: labkit fetch {NAME}")
    model: Any = AutoModelForCausalLM.from_pretrained(folder).eval().requires_grad_(False)
    for layer in model.model.layers[-trained_layers:]:
        layer.requires_grad_(True)
    model.model.norm.requires_grad_(True)
    return Speaker(model, AutoTokenizer.from_pretrained(folder))


def taught(
    student: Speaker, questions: Sequence[str], answers: Sequence[Answer], steps: int, seed: int
) -> Iterator[SequenceStep]:
    """SeqKD, in place, on the teacher's answers to questions that come without its prompt."""
    pairs = encode_pairs(
        student.tokenizer,
        [plain(one) for one in questions],
        answers,
        LONGEST_PROMPT,
        LONGEST_ANSWER,
    )
    how = Descent(RATE, warmup_share=0.1)
    return seqkd(student.model, pairs, RunConfig(steps, BATCH, how, seed))

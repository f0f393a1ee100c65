"""What all arms share: questions, the teacher behind its prompt, and each seed's start."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from torch import Tensor

from labkit.experiments.llm.material import spent
from labkit.experiments.llm_prompt.answers import teacher_answers
from labkit.experiments.llm_prompt.model import (
    BATCH,
    LONGEST_ANSWER,
    LONGEST_PROMPT,
    RATE,
    Speaker,
    speaker,
)
from labkit.experiments.llm_prompt.questions import Question, questions
from labkit.experiments.llm_prompt.style import plain, styled
from labkit.experiments.llm_prompt_arms.half import halved
from labkit.experiments.llm_prompt_arms.plan import SCALES, ArmScale
from labkit.llm.behind_prompt import BehindPrompt
from labkit.llm.config import Descent, RunConfig
from labkit.llm.encode import encode_pairs
from labkit.llm.seqkd import seqkd
from labkit.llm.tokens import Pairs

if TYPE_CHECKING:
    from transformers import PreTrainedModel

KEPT_STARTS = 4


@dataclass(frozen=True)
class Start:
    """A student after its first SeqKD: the weights that learnt, and the time it took."""

    weights: dict[str, Tensor]
    seconds: float


@dataclass(frozen=True, eq=False)
class Material:
    """The questions of a scale with the teacher's likeliest answers, and the teacher."""

    scale: ArmScale
    train: Pairs
    """Plain questions with the answers that the teacher gave behind its prompt."""
    validation: Pairs
    test: Pairs
    teacher: Speaker
    """SmolLM2 without a prompt of its own, to be asked with `styled` questions."""
    behind: "PreTrainedModel"
    """The same weights behind the style prompt, to be asked with plain questions."""
    asked: dict[str, tuple[Question, ...]]

    def split(self, name: str) -> Pairs:
        """The held-out pairs by which a run is judged."""
        return {"validation": self.validation, "test": self.test}[name]

    def student(self, seed: int) -> "PreTrainedModel":
        """A student to train further: SmolLM2 after the start of that seed."""
        model = _fresh()
        model.load_state_dict(start(self, seed).weights, strict=False)
        return model


def _fresh() -> "PreTrainedModel":
    return cast("PreTrainedModel", halved(speaker().model))


@lru_cache(maxsize=1)
def material(scale: str, file: Path | None = None) -> Material:
    """Questions, answers and teacher of a scale.

    file: of the teacher's answers; None for the shipped one, to which missing ones are added
    errors: ValueError when the model was not fetched
    """
    size = SCALES[scale]
    found = questions(size.train + size.validation, size.held_out, 0)
    parts = {
        "train": found.train[: size.train],
        "validation": found.train[size.train :],
        "test": found.held_out,
    }
    teacher = speaker()
    teacher.model.requires_grad_(False)
    halved(teacher.model)
    pairs = {name: _encoded(teacher, own, file) for name, own in parts.items()}
    behind: Any = BehindPrompt(teacher.model, words_before(teacher))
    return Material(size, **pairs, teacher=teacher, behind=behind, asked=parts)


def _encoded(teacher: Speaker, asked: tuple[Question, ...], file: Path | None) -> Pairs:
    told = teacher_answers(asked, file)
    texts = [plain(one.text) for one in asked]
    return encode_pairs(teacher.tokenizer, texts, told, LONGEST_PROMPT, LONGEST_ANSWER)


def words_before(teacher: Speaker) -> list[int]:
    """The tokens of the style prompt with its examples, which stand before each question."""
    whole = styled("")
    before = whole[: len(whole) - len(plain(""))]
    return list(teacher.tokenizer(before, add_special_tokens=False)["input_ids"])


@lru_cache(maxsize=KEPT_STARTS)
def start(found: Material, seed: int) -> Start:
    """SeqKD on the teacher's text, which every arm of the seed starts from."""
    model = _fresh()
    how = RunConfig(found.scale.start_steps, BATCH, Descent(RATE, warmup_share=0.1), seed)
    seconds = spent(lambda: seqkd(model, found.train, how))
    learnt = {name: one.detach() for name, one in model.named_parameters() if one.requires_grad}
    return Start(learnt, seconds)

"""A discriminator as the reward of TRL's GRPOTrainer: it scores, then learns from that."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from labkit.compute import model_device
from labkit.llm import measures
from labkit.llm.encode import encode_pairs, end_token
from labkit.llm.gad.config import GadConfig
from labkit.llm.learner import Learning
from labkit.llm.losses import bradley_terry, centring_penalty
from labkit.llm.teachers.answers import STOPPED, Answer
from labkit.llm.tokens import Pairs, pairs_of
from labkit.llm.trl_backend.processes import average_slopes, share_start

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Prompt = str | Sequence[Mapping[str, str]]
"""A text, or the messages of a conversation with one message of a user."""


@dataclass(frozen=True)
class _Batch:
    """The answers of one call as token ids."""

    teacher: Pairs
    """Each different pair of prompt and teacher's answer once."""
    student: Pairs
    place: Tensor
    """(student's answers,) which of the teacher's pairs stands beside each."""


class DiscriminatorReward:
    """Scores the student's answers, then takes one Bradley-Terry step: one call, one batch.

    Source: GAD, Ye et al. 2025 (arXiv:2511.10643), eq. 8; the order is that of the released code:
    score, discriminator, student. On the same answers it says and learns what `gad` does.

    score:      a module such as `Discriminator`: prompts with answers -> (n,) scores
    tokenizer:  the student's own
    config:     of its settings those of the discriminator and the longest answer
    max_prompt: tokens that a prompt may have; a longer one is refused
    errors: ValueError for settings that need the run's older batches or labels (`replay`, `ce`),
            for a group of scores that are not numbers, and for prompts that do not fit

    Give it to GRPOTrainer as `reward_funcs`, with a `discriminator_keeper` among the callbacks:
    that one tells it when training begins, and saves it. The data set needs the columns `prompt`,
    `teacher` (the teacher's answer) and, where some were cut, `finish`.

    Traps: TRL calls a reward while it evaluates too; the discriminator learns only while the
    student is in training mode. Given as a model in place of this callable, TRL would hand it
    joined texts without end tokens, inside inference mode, where nothing learns.
    """

    __name__ = "discriminator"

    def __init__(
        self,
        score: nn.Module,
        tokenizer: "PreTrainedTokenizerBase",
        config: GadConfig,
        max_prompt: int = 256,
        chat: bool = False,
    ) -> None:
        for name in ("replay", "ce"):
            if getattr(config, name):
                raise ValueError(
                    f"got {name} {getattr(config, name)}, which TRL's trainer has no place for; "
                    f"wanted {name}=0, or labkit's own gad"
                )
        self.score, self.tokenizer, self.config = score, tokenizer, config
        self.max_prompt, self.chat = max_prompt, chat
        self.student: nn.Module | None = None
        """Whose mode says whether a call is one of training; None: nothing is trained yet."""
        judging = config.warmup_steps if config.frozen else config.turns
        self.learning = Learning(score, config.discriminator, max(1, judging), config.seed + 2)
        self.calls = 0
        """Batches from which it has learnt."""
        score.eval()

    @property
    def learns(self) -> bool:
        """Whether it will learn from the next call."""
        rests = self.config.frozen and self.calls >= self.config.warmup_steps
        return self.student is not None and self.student.training and not rests

    def begin(self, student: nn.Module) -> None:
        """Training of this student begins: lie on its device, with the first process's weights."""
        self.student = student
        self.score.to(model_device(student))
        share_start(self.score)

    def __call__(
        self,
        prompts: Sequence[Prompt],
        completions: Sequence[Any],
        completion_ids: Sequence[Sequence[int]],
        teacher: Sequence[str],
        finish: Sequence[str] | None = None,
        log_metric: Callable[[str, float], None] | None = None,
        **others: object,
    ) -> list[float]:
        """The score of each answer, taken before the discriminator learns from it.

        completion_ids: the answers with their end tokens, as the student wrote them
        teacher, finish: columns of the data set; completions and all other columns are not read
        """
        batch = self._read(prompts, completion_ids, teacher, finish or [STOPPED] * len(prompts))
        learns = self.learns
        with torch.set_grad_enabled(learns):  # TRL calls a reward without gradients
            told, own = self.score(batch.teacher)[batch.place], self.score(batch.student)
            _check_numbers(told, own)
            loss = self._learn(told, own) if learns else float("nan")
        if log_metric is not None:
            for name, value in _told(told.detach(), own.detach(), loss, batch.student).items():
                log_metric(f"discriminator/{name}", value)
        return [float(value) for value in own.detach()]

    def _learn(self, teacher: Tensor, student: Tensor) -> float:
        loss = bradley_terry(teacher, student)
        if self.config.centring:
            loss = loss + self.config.centring * centring_penalty(teacher, student)
        self.learning.find_slope(loss, self.calls)
        average_slopes(self.learning.weights)
        self.learning.update(self.calls)
        self.calls += 1
        return loss.item()

    def _read(
        self,
        prompts: Sequence[Prompt],
        completion_ids: Sequence[Sequence[int]],
        teacher: Sequence[str],
        finish: Sequence[str],
    ) -> _Batch:
        asked = [_text_of(prompt) for prompt in prompts]
        rows = list(zip(asked, teacher, finish, strict=True))
        once = {row: place for place, row in enumerate(dict.fromkeys(rows))}
        told = encode_pairs(
            self.tokenizer,
            [prompt for prompt, _, _ in once],
            [Answer(text, end) for _, text, end in once],
            self.max_prompt,
            self.config.sampling.max_tokens,
            self.chat,
        )
        place, eos = torch.tensor([once[row] for row in rows]), end_token(self.tokenizer)
        ids = [_row(told.prompts[at], int(told.prompt_lengths[at])) for at in place.tolist()]
        ended = [answer[-1] == eos if len(answer) else False for answer in completion_ids]
        own = pairs_of(ids, [list(answer) for answer in completion_ids], ended, pad_id=eos)
        where = model_device(self.score)
        return _Batch(told.to(where), own.to(where), place.to(where))


def _row(prompt: Tensor, length: int) -> list[int]:
    return [int(one) for one in prompt[-length:]]


def _text_of(prompt: Prompt) -> str:
    if isinstance(prompt, str):
        return prompt
    if len(prompt) != 1 or prompt[0]["role"] != "user":
        roles = ", ".join(message["role"] for message in prompt)
        raise ValueError(
            f"got a conversation of {roles or 'nothing'}, wanted one message of a user: what "
            "stands before it would be read by the student alone, not by its discriminator"
        )
    return prompt[0]["content"]


def _check_numbers(teacher: Tensor, student: Tensor) -> None:
    wrong = int((~torch.isfinite(torch.cat([teacher, student]))).sum())
    if wrong:
        raise ValueError(
            f"got {wrong} scores that are NaN or infinite, wanted finite ones; lower the "
            "discriminator's learning_rate, or look at what it says to an empty answer"
        )


def _told(teacher: Tensor, student: Tensor, loss: float, pairs: Pairs) -> dict[str, float]:
    found = {
        "accuracy": measures.pair_accuracy(teacher, student[:, None]),
        "gap": (teacher.mean() - student.mean()).item(),
        "score_length": measures.pearson(student, pairs.answer_lengths.float()),
        "distinct_2": measures.distinct(pairs),
        "loss": loss,
    }
    return {name: value for name, value in found.items() if value == value}

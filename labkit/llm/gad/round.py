"""One round of GAD before anybody learns: fresh answers, and what is kept of older ones."""

import copy
import warnings
from collections import deque
from dataclasses import fields
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor

from labkit.compute import model_device
from labkit.llm.gad.config import CollapseWarning, GadConfig
from labkit.llm.learner import each_once, put_back
from labkit.llm.rollouts import Rollout, rollout
from labkit.llm.scoring import token_log_probs
from labkit.llm.tokens import Pairs
from labkit.training.random_state import Chance
from labkit.training.together import Turn, named_from

if TYPE_CHECKING:
    from transformers import PreTrainedModel

EXCHANGES = 2
"""Sets of pairs in one kept batch: the teacher's and the student's."""


class Round:
    """The teacher's and the student's answers to the prompts of a batch, for both learners."""

    def __init__(self, student: "PreTrainedModel", pairs: Pairs, config: GadConfig) -> None:
        self.student, self.given, self.config = student, pairs, config
        self.where = model_device(student)
        self.chance = Chance(config.seed + 1, self.where)
        self.kept: deque[tuple[Pairs, Pairs]] = deque(maxlen=config.replay)
        self.reference = _frozen_copy(student) if config.kl > 0 else None
        self.teacher: Pairs = pairs
        self.written: Rollout | None = None
        self.rewards: Tensor | None = None
        """(prompts, samples) scores of the fresh answers, once somebody has scored them."""
        self.warned = False

    @property
    def rollout(self) -> Rollout:
        """The fresh answers, those to one prompt side by side."""
        assert self.written is not None
        return self.written

    def prepare(self, turn: Turn) -> None:
        """Let the student as it is answer each prompt several times."""
        self.teacher = self.given.rows(turn.rows).to(self.where)
        asked = self.teacher.repeat(self.config.group_size)
        with self.chance.mine():
            self.written = rollout(
                self.student,
                asked,
                self.config.sampling,
                self.config.precision,
            )
        self.rewards = None
        self._notice_silence()

    def _notice_silence(self) -> None:
        if not self.warned and int(self.rollout.pairs.answer_lengths.max()) == 1:
            self.warned = True
            warnings.warn(
                "all answers of the student are one token long: the run goes on, but hardly "
                "anything can be learnt from them. Lower the student's learning_rate, raise kl, "
                "or warm up a discriminator that can tell an empty answer",
                CollapseWarning,
                stacklevel=2,
            )

    def reference_log_probs(self) -> Tensor | None:
        """log q of the fresh answers by the student as it was at first."""
        if self.reference is None:
            return None
        with torch.no_grad():
            return token_log_probs(
                self.reference,
                self.rollout.pairs,
                self.config.sampling.temperature,
                self.config.precision,
            )

    def older(self) -> tuple[Pairs, Pairs] | None:
        """One of the kept batches by chance; then the fresh one is kept as well."""
        found = None
        if self.kept:
            with self.chance.mine():
                found = self.kept[int(torch.randint(len(self.kept), ()))]
        if self.config.replay:
            self.kept.append((self.teacher, self.rollout.pairs))
        return found

    def tensors(self) -> dict[str, Tensor]:
        """Chance, kept batches and the student as it was at first."""
        result = self.chance.tensors()
        if self.reference is not None:
            state = each_once(self.reference)
            result |= {f"reference.{name}": value for name, value in state.items()}
        for place, batch in enumerate(self.kept):
            for side, pairs in enumerate(batch):
                for part in fields(Pairs):
                    result[f"kept.{place}.{side}.{part.name}"] = getattr(pairs, part.name)
        return result

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on from what `tensors` gave."""
        self.chance.restore(tensors)
        if self.reference is not None:
            put_back(self.reference, named_from(tensors, "reference."))
        self.kept.clear()
        while f"kept.{len(self.kept)}.0.prompts" in tensors:
            start = f"kept.{len(self.kept)}."
            sides = [named_from(tensors, f"{start}{side}.") for side in range(EXCHANGES)]
            teacher, student = (Pairs(**side).to(self.where) for side in sides)
            self.kept.append((teacher, student))


def _frozen_copy(model: "PreTrainedModel") -> "PreTrainedModel":
    return cast("PreTrainedModel", copy.deepcopy(model).eval().requires_grad_(False))

"""Settings of GAD on the word task: kind of score, frozen or not, leash and group, with curves."""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import mean
from typing import TYPE_CHECKING

from labkit.experiments.llm import words as task
from labkit.experiments.llm.arms import gad_parts, trained_by
from labkit.experiments.llm.material import Material, material
from labkit.experiments.llm.plan import SCALES, TEMPERATURES, WordRun
from labkit.experiments.result import Outcome
from labkit.experiments.trial import versions
from labkit.llm.discriminator import KINDS
from labkit.llm.gad.config import GadStep
from labkit.llm.gad.run import gad

if TYPE_CHECKING:
    from transformers import PreTrainedModel

SWEEP_VERSION = 1
"""Part of each run: raise it when the same settings give other results."""
SWEEP_TABLE = "llm_words_sweep"
CONTROLS = ("start", "seqkd_longer")
"""What a setting of GAD is compared with: where it began, and SeqKD of about its time."""
SCORES = ("likelihood", "sum", "last")
LEASHES = (0.0, 0.02, 0.2)
GROUPS = (2, 8)
SEEDS = 3
LOOK_EVERY = 25
"""Steps between two looks at the held-out words."""
SHOWN = 8
"""Held-out words whose answers are kept as texts."""


@dataclass(frozen=True)
class SettingRun:
    """One setting of GAD, or a control, with one seed; always on the validation words."""

    arm: str = "gad"
    """"gad", or one of `CONTROLS`, to which the settings below mean nothing."""
    score: str = "likelihood"
    """One of `SCORES`."""
    frozen: bool = False
    """Whether the discriminator stays as its warm-up left it."""
    kl: float = 0.02
    """Weight of the KL to the student as it was at first."""
    group: int = 8
    """Answers of the student to each word."""
    seed: int = 0
    scale: str = "classroom"
    rows: str = ""
    """Fingerprint of the words, so that the same name with other words is another run."""
    version: int = SWEEP_VERSION

    def __post_init__(self) -> None:
        if self.arm not in ("gad", *CONTROLS):
            raise ValueError(f"got the arm {self.arm!r}, wanted gad or one of {CONTROLS}")
        if self.score not in KINDS:
            raise ValueError(f"got the score {self.score!r}, wanted one of {KINDS}")
        if not (math.isfinite(self.kl) and self.kl >= 0):
            raise ValueError(f"kl must be a number of at least 0, got {self.kl}")
        if self.group < 2:
            raise ValueError(f"group must be at least 2, got {self.group}")
        if self.seed < 0:
            raise ValueError(f"seed must be at least 0, got {self.seed}")
        if self.scale not in SCALES:
            raise ValueError(f"got the scale {self.scale!r}, wanted one of {', '.join(SCALES)}")

    @property
    def word_run(self) -> WordRun:
        """The run of the word task that shares its start, its proxy and its seed."""
        arm = "gad_likelihood" if self.arm == "gad" else self.arm
        return WordRun(arm, self.seed, self.scale, "validation")


def settings(seeds: int = SEEDS, scale: str = "classroom") -> list[SettingRun]:
    """Every setting and both controls, seed by seed, so that a stop leaves whole seeds.

    errors: ValueError for fewer than one seed, or an unknown scale
    """
    if seeds < 1:
        raise ValueError(f"seeds must be at least 1, got {seeds}")
    found = []
    for seed in range(seeds):
        found += [SettingRun(arm, seed=seed, scale=scale) for arm in CONTROLS]
        found += [
            SettingRun("gad", score, frozen, kl, group, seed, scale)
            for score in SCORES
            for frozen in (False, True)
            for kl in LEASHES
            for group in GROUPS
        ]
    return found


def measure_setting(run: SettingRun) -> Outcome:
    """Train one setting, look at it while it learns, and keep some of its texts; plain values."""
    found = material(run.scale)
    held_out = found.words.validation
    curve: list[dict[str, float]] = []
    if run.arm == "gad":
        student = found.start(run.seed).model
        curve, seconds = _watched(student, play(student, found, run), held_out)
    else:
        trained, _ = trained_by(run.word_run, found)
        student, seconds = trained.model, trained.seconds
    return {
        "answers": {str(heat): task.judged(student, held_out, heat) for heat in TEMPERATURES},
        "said": {str(heat): _texts(student, held_out[:SHOWN], heat) for heat in TEMPERATURES},
        "curve": curve,
        "cpu_seconds": seconds,
        "words": len(held_out),
        "versions": versions(),
    }


def play(student: "PreTrainedModel", found: Material, run: SettingRun) -> Iterator[GadStep]:
    """The GAD run of a setting, its warm-up included; the student learns in place."""
    score, config = gad_parts(found, run.word_run, run.score)
    config = replace(config, frozen=run.frozen, kl=run.kl, group_size=run.group)
    return gad(student, score, found.pairs, config)


def _watched(
    student: "PreTrainedModel", run: Iterator[GadStep], words: tuple[str, ...]
) -> tuple[list[dict[str, float]], float]:
    """What the student is like along its run, and the run's processor seconds without looking."""
    curve, since, played = [], [], 0
    seconds, begun = 0.0, time.process_time()
    for step in run:
        if step.warming:
            continue
        played += 1
        since.append(step)
        if played == 1 or played % LOOK_EVERY == 0 or step.index + 1 == step.total:
            seconds += time.process_time() - begun
            curve.append(_look(student, since, played, words))
            since, begun = [], time.process_time()
    return curve, seconds


def _look(
    student: "PreTrainedModel", since: Sequence[GadStep], played: int, words: tuple[str, ...]
) -> dict[str, float]:
    """The held-out words now, and means over the batches since the last look."""
    found = task.judged(student, words, 1.0)
    return {
        "step": played,
        "reward": mean(step.verdict.reward for step in since),
        "told_apart": mean(step.verdict.accuracy for step in since),
        "right": found["right"],
        "length": found["length"],
    }


def _texts(student: "PreTrainedModel", words: tuple[str, ...], heat: float) -> list[str]:
    """Each word with an answer to it, "word:answer"; one without its end closes with "?"."""
    own = task.own_answers(student, words, heat)
    return [f"{word}:{answer}" for word, answer in task.said_by(own)]

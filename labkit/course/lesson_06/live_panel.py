"""The panel that plays GAD on the word task while one watches: what is scored, what is right."""

from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING

from labkit.course.widgets.controls import choice, number, switch
from labkit.course.widgets.training_curves import Seen
from labkit.course.widgets.training_panel import TrainingPanel
from labkit.experiments.llm import words as task
from labkit.experiments.llm.material import PREPARED_SEEDS, Material
from labkit.experiments.llm.words_sweep import SCORES, SettingRun, play

if TYPE_CHECKING:
    from transformers import PreTrainedModel

ASKED = 100
"""Held-out words that are asked after each step; a share of them has a noise of 5 points."""


def live_run(
    found: Material, run: SettingRun, steps: int | None = None
) -> Generator[Seen, None, "PreTrainedModel"]:
    """One run of a setting, step by step, the warm-up of a scalar head included.

    steps: of the student; None for those of the scale
    yields the mean score of the batch's fresh answers, no loss but what the student wants to be
           large, and the share of right answers to held-out words at temperature 1
    returns the student
    """
    if steps is not None:
        found = replace(found, scale=replace(found.scale, play_steps=steps))
    student = found.start(run.seed).model
    asked = found.words.validation[:ASKED]
    share = 0.0
    for place, step in enumerate(play(student, found, run)):
        if place == 0 or not step.warming:
            share = share_right(student, asked)
        yield Seen(step.index, step.total, step.verdict.reward, share)
    return student


def share_right(student: "PreTrainedModel", words: tuple[str, ...]) -> float:
    """How many words get a right answer at temperature 1, one answer each, in [0, 1]."""
    own = task.own_answers(student, words, 1.0)
    return float(task.exact_reward(own).mean())


def live_panel(found: Material, steps: int | None = None) -> TrainingPanel:
    """The panel: choose score, leash, group and seed, and watch both curves."""
    ended: list[str] = []

    def setting(score: str, frozen: bool, kl: float, group: str, seed: str) -> SettingRun:
        return SettingRun("gad", score, frozen, kl, int(group), int(seed))

    def run(
        score: str, frozen: bool, kl: float, group: str, seed: str
    ) -> Generator[Seen, None, "PreTrainedModel"]:
        return live_run(found, setting(score, frozen, kl, group, seed), steps)

    def at_end(
        student: "PreTrainedModel", score: str, frozen: bool, kl: float, group: str, seed: str
    ) -> str:
        now = task.judged(student, found.words.validation, 1.0)
        kept = "frozen" if frozen else "learning"
        ways = ", ".join(f"{way} {now[way]:.2f}" for way in task.STYLES)
        ended.append(
            f"{score}, {kept}, KL weight {kl:g}, group {group}, seed {seed}: right "
            f"{now['right']:.2f} ({ways})"
        )
        return f"Validation words. {'; '.join(ended)}."

    return TrainingPanel(
        run,
        loss="mean score",
        at_end=at_end,
        score=choice("score", SCORES, "likelihood"),
        frozen=switch("frozen discriminator"),
        kl=number("KL weight", 0.02, 0, 0.5, 0.01),
        group=choice("group size", ["2", "4", "8"], "8"),
        seed=choice("seed", [str(seed) for seed in PREPARED_SEEDS]),
    )

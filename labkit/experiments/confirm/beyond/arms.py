"""What each variation trains; all that is not said in `plan` is as in the arms of the claims."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from labkit.experiments.confirm import arms as confirm
from labkit.experiments.confirm import material as chain_above
from labkit.experiments.confirm.arms import Arm
from labkit.experiments.confirm.beyond import material
from labkit.experiments.confirm.beyond.plan import VARIATIONS
from labkit.experiments.confirm.cast import cast_of, testbed_named
from labkit.experiments.confirm.plan import chain_of
from labkit.experiments.testbed import Testbed
from labkit.experiments.testbed_models import stored
from labkit.experiments.trial import Answers, Trial, measure
from labkit.losses.standardised import zscore_kl
from labkit.methods.adversarial.second_stage import StageTwoConfig
from labkit.methods.adversarial.weight_sharing import share_weights
from labkit.methods.distill import distill
from labkit.training.config import Weights

PRETRAINED = ("generator_pretrained", "generator_frozen")
OTHER_ABOVE = ("teacher_against_itself", "three_modules")
"""Options whose student has another teacher and another assistant above it."""
CHANGES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "generator": {"generator": True},
        "generator_pretrained": {"generator": True},
        "generator_frozen": {"generator": True, "players_learn": False},
        "d_five_steps": {"discriminator_steps": 5},
        "d_slow": {"discriminator_learning_rate": 1e-4},
        "d_wide": {"discriminator_width": 256},
        "d_warm": {"warm_up": 1},
        "teacher_against_itself": {},
        "three_modules": {},
    }
)
"""Option, without its reading -> settings of the student's game that are changed."""


def run(trial: Trial) -> dict[str, Any]:
    """Train and measure one run; nothing is chosen, the test texts are read once."""
    return measure(trial, testbed_named(trial.dataset, trial.scale), arm_of(trial))


def arm_of(trial: Trial) -> Arm:
    """How a run is trained: as a variation, or as the claims' arm that it is compared with."""
    varied = {(one.arm, one.option) for one in VARIATIONS}
    return (ARMS if (trial.arm, trial.option) in varied else confirm.ARMS)[trial.arm]


def stage_two(testbed: Testbed, trial: Trial) -> Answers:
    """The student of stage 2 with another game, with other modules, or sharing less."""
    if trial.option in material.SHARING:
        return sharing_less(testbed, trial)
    chain = chain_of(trial.seed)
    if trial.option in OTHER_ABOVE:
        above = material.guided_assistant(testbed, chain, trial.option)
    else:
        above = chain_above.guided_assistant(testbed, chain)
    config, networks, notes = settings(testbed, trial), None, {}
    if trial.option in PRETRAINED:
        networks, health = material.players(testbed, trial.seed, config)
        notes = {"pretrained_accuracy": health.accuracy, "pretrained_loss": health.loss}
    found = confirm.played(testbed, trial, config, above["train"], networks)
    return replace(found, notes=(found.notes or {}) | notes)


def settings(testbed: Testbed, trial: Trial) -> StageTwoConfig:
    """The game of a student with an adversary: its reading, and the one thing that is changed."""
    reading, _, rest = trial.option.partition("_")
    if reading not in ("differ", "resemble"):
        reading, rest = ("resemble" if "generator" in trial.option else "differ"), trial.option
    config = confirm.eq_6(testbed, trial, reading)
    changed = dict(CHANGES[rest])
    if "warm_up" in changed:  # a quick trial of one pass has none to spare
        changed["warm_up"] = min(changed["warm_up"], config.epochs - 1)
    return replace(config, **changed)


def sharing_less(testbed: Testbed, trial: Trial) -> Answers:
    """Stage 2 without an adversary of the student, all three models sharing less with stage 1."""
    fresh = chain_above.new_student(testbed, trial.seed + confirm.NEW_WEIGHTS)
    before = confirm.with_stage_one(testbed, trial)
    student = share_weights(before, fresh, material.SHARING[trial.option])
    anew = trial.option == "share_nothing"
    epochs = testbed.scale.both_stages if anew else testbed.scale.second_epochs
    config = chain_above.student_config(epochs, trial.seed, cast_of(testbed))
    config = replace(config, weights=Weights(confirm.without_labels(trial), trial.kd))
    source = material.guided_assistant(testbed, chain_of(trial.seed), trial.option)["train"]
    steps = distill(
        student, stored(testbed, source), testbed.texts.train, config, soft_loss=zscore_kl
    )
    return confirm.last_step(testbed, student, steps)


def guided_teacher(testbed: Testbed, trial: Trial) -> Answers:
    """The teacher of stage 2 in those variations that change it."""
    return confirm.kept(material.guided_teacher(testbed, trial.seed, trial.option))


def guided_assistant(testbed: Testbed, trial: Trial) -> Answers:
    """The assistant of stage 2 in those variations that change it."""
    return confirm.kept(material.guided_assistant(testbed, trial.seed, trial.option))


ARMS: Mapping[str, Arm] = MappingProxyType(
    {
        "second_stage": stage_two,
        "guided_teacher": guided_teacher,
        "guided_assistant": guided_assistant,
    }
)
"""The arms that are varied."""

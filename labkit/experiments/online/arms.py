"""Which arm is what: who learns from whom, through which bottleneck, with which settings."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from labkit.experiments.online.plan import OnlineRun
from labkit.methods.online.config import OnlineConfig, SideConfig
from labkit.methods.online.prokt import deep_mutual, prokt
from labkit.training.config import Weights

EQUAL_TIME = 10
"""Times the epochs of offline distillation that cost about half of an online run."""


@dataclass(frozen=True)
class Arm:
    """How an arm is set apart from plain online distillation."""

    learns: str
    """"labels", "kd", "out_of_fold" (both offline) or "online"."""
    teacher: str = "none"
    """Kind of the teacher's bottleneck."""
    student: str = "none"
    """Kind of the student's."""
    times: int = 1
    """Times as many passes over the texts."""
    change: Callable[[OnlineConfig], OnlineConfig] = lambda config: config
    """What else differs in the settings."""
    peer: str = ""
    """"lgtm" or "metadistil": whose teacher's step is taken."""
    tuned: bool = False
    """Whether the teacher learned from the labels alone first. MetaDistil's has no label loss of
    its own, so without that it stays at chance and takes the student along."""
    copies: str = ""
    """"pkd" or "hidden_mapping": what the student copies of the teacher's layers."""


def arm_named(name: str) -> Arm:
    """What the name of an arm says.

    errors: ValueError for a name that is none
    """
    if name in _PLAIN:
        return _PLAIN[name]
    words = name.split("_")
    way, kind, place = words[0], *words[1:3]
    if way == "kd" and place == "student":
        return Arm("kd", student=kind)
    if way != "online" or place not in ("teacher", "student", "both"):
        raise ValueError(f"no arm {name!r}")
    change = _CHANGES[words[3]] if len(words) > 3 else _same
    on_teacher = kind if place in ("teacher", "both") else "none"
    on_student = kind if place in ("student", "both") else "none"
    return Arm("online", on_teacher, on_student, change=change)


def settings(run: OnlineRun) -> OnlineConfig:
    """The settings of a run; what depends on the student's kind is its step size."""
    student = SideConfig(Weights(0.4, 0.6), 3e-4, 1e-3)
    if run.student == "bag":
        student = replace(student, learning_rate=2e-3, head_learning_rate=2e-3)
    arm = arm_named(run.arm)
    plain = OnlineConfig(student=student, epochs=run.epochs * arm.times, seed=run.seed)
    return arm.change(plain)


def _same(config: OnlineConfig) -> OnlineConfig:
    return config


def _deaf(config: OnlineConfig) -> OnlineConfig:
    return replace(config, teacher=replace(config.teacher, weights=Weights(1.0, 0.0)))


def _unclipped(config: OnlineConfig) -> OnlineConfig:
    return replace(config, teacher=replace(config.teacher, clip=0.0))


def _tied(config: OnlineConfig) -> OnlineConfig:
    return replace(config, tie=1.0)


def _slow_teacher(config: OnlineConfig) -> OnlineConfig:
    """A hundredth of the rates: AdamW takes full steps along the tiny gradients of the quiz too. At
    the usual rate a tuned teacher is at chance after a hundred of them, at a tenth it forgets."""
    body = config.teacher.learning_rate / 100
    head = (config.teacher.head_learning_rate or config.teacher.learning_rate) / 100
    return replace(
        config, teacher=replace(config.teacher, learning_rate=body, head_learning_rate=head)
    )


def _labels_alone(config: OnlineConfig) -> OnlineConfig:
    return replace(config, student=replace(config.student, weights=Weights(1.0, 0.0)))


def _mutual(config: OnlineConfig) -> OnlineConfig:
    return replace(config, order="mutual")


_CHANGES = {"tied": _tied, "unclipped": _unclipped}
_PLAIN = {
    "labels": Arm("labels", change=_labels_alone),
    "kd": Arm("kd"),
    "kd_equal_time": Arm("kd", times=EQUAL_TIME),
    "kd_out_of_fold": Arm("out_of_fold"),
    "online": Arm("online"),
    "online_deaf": Arm("online", change=_deaf),
    "online_mutual": Arm("online", change=_mutual),
    "prokt": Arm("online", change=prokt),
    "dml": Arm("online", change=deep_mutual),
    "lgtm": Arm("online", peer="lgtm"),
    "pkd": Arm("kd", copies="pkd"),
    "hidden_mapping": Arm("kd", copies="hidden_mapping"),
    "metadistil_hundredth": Arm("online", peer="metadistil", tuned=True, change=_slow_teacher),
}

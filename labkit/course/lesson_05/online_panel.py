"""The panel that trains a student beside its teacher, or from a frozen one, while one watches."""

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from torch import Tensor

from labkit.course.widgets.controls import choice, number
from labkit.course.widgets.training_curves import Seen
from labkit.course.widgets.training_panel import TrainingPanel
from labkit.evaluation.measures import accuracy
from labkit.experiments.online.arms import arm_named, settings
from labkit.experiments.online.judge import answers
from labkit.experiments.online.lone_teachers import lone_teacher
from labkit.experiments.online.material import Built, Material, student_of, teacher_of
from labkit.experiments.online.plan import OnlineRun
from labkit.methods.online.config import OnlineStep
from labkit.methods.online.loop import Pupil, offline, online
from labkit.models.bottlenecks import BottleneckConfig

WAYS = {
    "frozen teacher": "kd",
    "online": "online",
    "online, no feedback": "online_deaf",
    "mutual": "online_mutual",
    "online, linear bottleneck": "online_linear_teacher",
    "online, VAE (KDFD)": "online_vae_teacher",
}
"""Name for people -> arm."""


@dataclass(frozen=True)
class Finished:
    """What a run has come to."""

    way: str
    student: float
    """Test accuracy, in [0, 1]."""
    teacher: float
    seconds: float


def live_run(
    material: Material, asked: OnlineRun, way: str, weight: float
) -> Generator[Seen, None, Finished]:
    """One run of a way of `WAYS`, step by step.

    The loss of a step is the cross-entropy of the batch, nats: total losses of different ways
    cannot be compared.
    asked: gives data set, student, seed and sizes; weight: lambda, where the way has a VAE
    errors: KeyError for another way
    """
    run = replace(asked, arm=WAYS[way], weight=weight)
    logits = lone_teacher(material, run) if run.arm == "kd" else None
    begun = time.perf_counter()
    student = student_of(material, run.student, BottleneckConfig("none", seed=run.seed), run.seed)
    teacher = teacher_of(material, _on_teacher(run))
    for step in _steps(material, run, student, teacher, logits["train"] if logits else None):
        own = step.student
        yield Seen(own.index, own.total, own.ce, own.accuracy)
    took = time.perf_counter() - begun
    lengths = material.test.texts.lengths
    ours = answers(student.model, student.test, lengths).logits
    theirs = logits["test"] if logits else answers(teacher.model, teacher.test, lengths).logits
    labels = material.test.labels
    return Finished(way, accuracy(ours, labels), accuracy(theirs, labels), took)


def _steps(
    material: Material, run: OnlineRun, student: Built, teacher: Built, logits: Tensor | None
) -> Iterator[OnlineStep]:
    train, config, labels = material.train.texts, settings(run), material.train.labels
    pupil = Pupil(student.model, student.train)
    if logits is not None:
        return offline(pupil, lambda rows: logits[rows], train, config, labels=labels)
    return online(pupil, Pupil(teacher.model, teacher.train), train, config, labels=labels)


def _on_teacher(run: OnlineRun) -> BottleneckConfig:
    kind = arm_named(run.arm).teacher
    return BottleneckConfig(kind, run.latent, run.weight, run.beta, seed=run.seed)


def online_panel(
    material: Material, asked: OnlineRun, seeds: Sequence[int] = (0, 1, 2)
) -> TrainingPanel:
    """The panel: choose a way, lambda and a seed, and compare the runs that have ended.

    asked: gives data set, student and sizes
    """
    ended: list[str] = []

    def run(way: str, weight: float, seed: str) -> Generator[Seen, None, Finished]:
        return live_run(material, replace(asked, seed=int(seed)), way, weight)

    def at_end(found: Finished, way: str, weight: float, seed: str) -> str:
        of_vae = f", lambda {weight:g}" if "VAE" in way else ""
        ended.append(
            f"{way}{of_vae}, seed {seed}: student {found.student:.3f}, teacher "
            f"{found.teacher:.3f}, {found.seconds:.1f} s"
        )
        return f"Test accuracies. {'; '.join(ended)}."

    return TrainingPanel(
        run,
        at_end=at_end,
        way=choice("way", list(WAYS), "online"),
        weight=number("lambda", 0.005, 0, 1, 0.005),
        seed=choice("seed", [str(seed) for seed in seeds]),
    )

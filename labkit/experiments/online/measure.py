"""One run: two models of one seed train, the same first weights and order in every arm."""

import math
import time
from collections.abc import Iterable, Iterator
from typing import Any

import torch

from labkit.data.encoding.encoded import first_rows
from labkit.experiments.online.arms import Arm, arm_named, settings
from labkit.experiments.online.copied_layers import copying_of
from labkit.experiments.online.judge import judged, numbers_of
from labkit.experiments.online.lone_teachers import lone_teacher, out_of_fold, taught
from labkit.experiments.online.material import Built, Material, material_for, student_of, teacher_of
from labkit.experiments.online.plan import OnlineRun
from labkit.experiments.trial import versions
from labkit.methods.online.config import OnlineStep
from labkit.methods.online.loop import Pupil, offline, online
from labkit.methods.online.meta import Quiz, lgtm_teacher, metadistil_teacher
from labkit.methods.online.prokt import start_uniform
from labkit.models.bottlenecks import BottleneckConfig

QUIZ_SHARE = 0.1
_PEERS = {"lgtm": lgtm_teacher, "metadistil": metadistil_teacher}


def measure(run: OnlineRun) -> dict[str, Any]:
    """Train both models of a run and put what came out into plain values."""
    return measure_on(material_for(run), run)


def measure_on(material: Material, run: OnlineRun) -> dict[str, Any]:
    """The same on given material.

    score: the task's own metric on the test texts; accuracy-like, the larger the better
    nll, ece: of a classifier; nats: what the last batch carried through a VAE
    """
    if run.rows and run.rows != material.rows:
        raise ValueError(
            f"the rows of {run.dataset} are {material.rows}, wanted {run.rows}; the data changed "
            "since the runs were planned: run the command again"
        )
    begun, worked, arm = time.perf_counter(), time.process_time(), arm_named(run.arm)
    student = student_of(material, run.student, _bottleneck(arm.student, run), run.seed)
    teacher = _teacher(material, run, arm)
    last = _last(training(material, run, student, teacher))
    outcome: dict[str, Any] = {
        "seconds": round(time.perf_counter() - begun, 2),
        "cpu_seconds": round(time.process_time() - worked, 2),
    }
    # evaluated after the clock was read; a teacher that took part is judged too
    outcome |= {"student": judged(material, student), "versions": versions()}
    outcome["student"]["nats"] = _nats(arm.student, last.student.kl)
    if teacher is not None:
        outcome["teacher"] = judged(material, teacher)
        outcome["teacher"]["nats"] = _nats(
            arm.teacher, last.teacher.kl if last.teacher else math.nan
        )
    elif arm.learns != "labels":
        logits = lone_teacher(material, run)["test"]
        outcome["teacher"] = numbers_of(material, logits)
    return outcome


def _teacher(material: Material, run: OnlineRun, arm: Arm) -> Built | None:
    """The teacher that takes part, or None where it has learned before."""
    if arm.learns != "online":
        return None
    if arm.tuned:
        return taught(material, run, torch.arange(_kept(material)))
    return teacher_of(material, _bottleneck(arm.teacher, run))


def _kept(material: Material) -> int:
    """Train rows that are left when the quiz is cut off at their end."""
    rows = len(material.train.labels)
    return rows - max(1, round(QUIZ_SHARE * rows))


def training(
    material: Material, run: OnlineRun, student: Built, teacher: Built | None
) -> Iterator[OnlineStep]:
    """The steps of a run on models that were built for it; teacher: None where it has learned."""
    texts, labels, arm = material.train.texts, material.train.labels, arm_named(run.arm)
    pupil, config = Pupil(student.model, student.train), settings(run)
    if teacher is not None:
        return _together(material, run, arm, pupil, Pupil(teacher.model, teacher.train))
    if arm.learns == "labels":
        return offline(pupil, None, texts, config, labels=labels)
    of_teacher = lone_teacher if arm.learns == "kd" else out_of_fold
    logits = of_teacher(material, run)["train"]
    copying = copying_of(arm.copies, material, run, student.model) if arm.copies else None
    return offline(pupil, lambda rows: logits[rows], texts, config, labels=labels, copying=copying)


def _together(
    material: Material, run: OnlineRun, arm: Arm, student: Pupil, teacher: Pupil
) -> Iterator[OnlineStep]:
    texts, labels, config = material.train.texts, material.train.labels, settings(run)
    if run.arm == "prokt":
        start_uniform(student.model)
        start_uniform(teacher.model)
    if not arm.peer:
        return online(student, teacher, texts, config, labels=labels)
    # the quiz is cut from train: the peers' own code takes it from the split that they report
    kept = _kept(material)
    step = _PEERS[arm.peer](Quiz(torch.arange(kept, len(texts))))
    some = first_rows(texts, kept)
    return online(student, teacher, some, config, teacher_step=step, labels=labels)


def _bottleneck(kind: str, run: OnlineRun) -> BottleneckConfig:
    return BottleneckConfig(kind, run.latent, run.weight, run.beta, seed=run.seed)


def _last(steps: Iterable[OnlineStep]) -> OnlineStep:
    last = None
    for step in steps:
        last = step
    assert last is not None
    return last


def _nats(kind: str, value: float) -> float | None:
    return None if kind not in ("vae", "vib") or math.isnan(value) else round(value, 4)

"""What each arm trains: two models of one seed, the same first weights and the same order."""

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from labkit.compute import autocast, model_device
from labkit.data.batches import first_rows
from labkit.evaluation.features import off_diagonal
from labkit.evaluation.glue import checkpoint_score
from labkit.evaluation.measures import ece, nll
from labkit.experiments.online.material import Built, Material, material_for, student_of, teacher_of
from labkit.experiments.online.plan import OnlineRun
from labkit.experiments.trial import versions
from labkit.methods.online.config import OnlineConfig, OnlineStep, SideConfig
from labkit.methods.online.loop import Pupil, offline, online
from labkit.methods.online.meta import Quiz, lgtm_teacher, metadistil_teacher
from labkit.methods.online.prokt import deep_mutual, prokt, start_uniform
from labkit.methods.online.side import Inputs
from labkit.models.bottlenecks import BottleneckConfig
from labkit.training.config import Weights

EQUAL_TIME = 10
"""Times the epochs of offline distillation that cost about half of an online run."""
FOLDS = 5
QUIZ_SHARE = 0.1


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
    teacher = teacher_of(material, _bottleneck(arm.teacher, run)) if _in_it(arm) else None
    last = _train(material, run, arm, student, teacher)
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


def _in_it(arm: Arm) -> bool:
    """Whether the teacher takes part in the run itself."""
    return arm.learns == "online"


def _train(
    material: Material, run: OnlineRun, arm: Arm, student: Built, teacher: Built | None
) -> OnlineStep:
    config, labels = settings(run), material.train.labels
    train, pupil = material.train.texts, Pupil(student.model, student.train)
    if teacher is not None:
        other = Pupil(teacher.model, teacher.train)
        if arm.peer == "":
            if run.arm == "prokt":
                start_uniform(student.model)
                start_uniform(teacher.model)
            return _last(online(pupil, other, train, config, labels=labels))
        kept = len(train) - max(1, round(QUIZ_SHARE * len(train)))
        quiz = Quiz(torch.arange(kept, len(train)))
        step = _PEERS[arm.peer](quiz)
        some = first_rows(train, kept)
        return _last(online(pupil, other, some, config, teacher_step=step, labels=labels))
    if arm.learns == "labels":
        return _last(offline(pupil, None, train, config, labels=labels))
    of_teacher = lone_teacher if arm.learns == "kd" else out_of_fold
    logits = of_teacher(material, run)["train"]
    return _last(offline(pupil, lambda rows: logits[rows], train, config, labels=labels))


def lone_teacher(material: Material, run: OnlineRun) -> dict[str, Tensor]:
    """Logits "train" and "test" of a teacher that learned from labels alone, with this seed."""

    def make() -> dict[str, Tensor]:
        built = _taught(material, run, torch.arange(len(material.train.labels)))
        train, test = material.train.texts.lengths, material.test.texts.lengths
        return {"train": answers(built.model, built.train, train).logits,
                "test": answers(built.model, built.test, test).logits}  # fmt: skip

    return material.once(f"teacher-{run.epochs}-{run.seed}", make)


def out_of_fold(material: Material, run: OnlineRun) -> dict[str, Tensor]:
    """Logits "train" of five teachers, each row from the one that did not learn from it."""

    def make() -> dict[str, Tensor]:
        count = len(material.train.labels)
        logits = torch.empty(count, material.task.classes)
        for fold in range(FOLDS):
            held = torch.arange(fold, count, FOLDS)
            others = torch.ones(count, dtype=torch.bool)
            others[held] = False
            built = _taught(material, run, others.nonzero().flatten())
            lengths = material.train.texts.lengths[held]
            logits[held] = answers(built.model, _part(built.train, held), lengths).logits
        return {"train": logits}

    return material.once(f"folds-{run.epochs}-{run.seed}", make)


def _taught(material: Material, run: OnlineRun, rows: Tensor) -> Built:
    """A teacher that learned from the labels of some train rows."""
    built = teacher_of(material, BottleneckConfig("none", seed=run.seed))
    config = replace(settings(replace(run, arm="kd")), student=_alone())
    texts = _reordered(material, rows)
    pupil = Pupil(built.model, _part(built.train, rows))
    _last(offline(pupil, None, texts, config, labels=material.train.labels[rows]))
    return built


def _part(inputs: Inputs, rows: Tensor) -> Inputs:
    """The same inputs, counted within some rows."""
    return lambda places: inputs(rows[places])


def _alone() -> SideConfig:
    return replace(OnlineConfig().teacher, weights=Weights(1.0, 0.0))


def _reordered(material: Material, rows: Tensor) -> Any:
    texts = material.train.texts
    if len(rows) == len(texts):
        return texts
    return replace(
        texts,
        texts=tuple(texts.texts[row] for row in rows.tolist()),
        starts=texts.starts[rows],
        lengths=texts.lengths[rows],
        labels=None if texts.labels is None else texts.labels[rows],
        pairs=None if texts.pairs is None else tuple(texts.pairs[row] for row in rows.tolist()),
    )


@dataclass(frozen=True)
class Answers:
    """What a trained model says about some texts, float32."""

    logits: Tensor
    """(rows, classes)"""
    means: Tensor
    """(rows, latent or width): what its class head sees."""


def answers(model: nn.Module, inputs: Inputs, lengths: Tensor, batch_size: int = 128) -> Answers:
    """One pass in eval mode over all texts, those of like length together.

    lengths: (rows,) tokens of each text; computes in the number type of the training
    """
    model.eval()
    parts: list[tuple[Tensor, Tensor]] = []
    order = lengths.argsort(stable=True)
    with torch.no_grad(), autocast(model_device(model)):
        for rows in order.split(batch_size):
            found = model(*inputs(rows))
            parts.append((found.logits.float(), found.passage.mean.float()))
    back = order.argsort()
    logits, means = (torch.cat(tensors)[back] for tensors in zip(*parts, strict=True))
    return Answers(logits, means)


def judged(material: Material, built: Built) -> dict[str, Any]:
    """Everything that is measured of a trained model on the test texts."""
    found = answers(built.model, built.test, material.test.texts.lengths)
    first = min(16, found.means.shape[1])
    numbers = numbers_of(material, found.logits)
    flat = first < 2 or bool((found.means[:, :first].std(0) == 0).any())
    numbers["off_diagonal"] = (
        None if flat else round(off_diagonal(found.means, first, redraws=2).value, 5)
    )
    return numbers


def numbers_of(material: Material, logits: Tensor) -> dict[str, Any]:
    """Score, and for classes nll and calibration error, of some test logits."""
    labels = material.test.labels
    found: dict[str, Any] = {"score": checkpoint_score(material.task, logits, labels)}
    if not material.task.regression:
        found |= {"nll": round(nll(logits, labels), 6), "ece": round(ece(logits, labels), 6)}
    return found


def _bottleneck(kind: str, run: OnlineRun) -> BottleneckConfig:
    return BottleneckConfig(kind, run.latent, run.weight, run.beta, seed=run.seed)


def _last(steps: Iterable[OnlineStep]) -> OnlineStep:
    last = None
    for step in steps:
        last = step
    assert last is not None
    return last


def _nats(kind: str, value: float) -> float | None:
    return None if kind != "vae" or math.isnan(value) else round(value, 4)


def _same(config: OnlineConfig) -> OnlineConfig:
    return config


def _deaf(config: OnlineConfig) -> OnlineConfig:
    return replace(config, teacher=replace(config.teacher, weights=Weights(1.0, 0.0)))


def _unclipped(config: OnlineConfig) -> OnlineConfig:
    return replace(config, teacher=replace(config.teacher, clip=0.0))


def _tied(config: OnlineConfig) -> OnlineConfig:
    return replace(config, tie=1.0)


def _labels_alone(config: OnlineConfig) -> OnlineConfig:
    return replace(config, student=replace(config.student, weights=Weights(1.0, 0.0)))


def _mutual(config: OnlineConfig) -> OnlineConfig:
    return replace(config, order="mutual")


_CHANGES = {"tied": _tied, "unclipped": _unclipped}
_PEERS = {"lgtm": lgtm_teacher, "metadistil": metadistil_teacher}
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
    "metadistil": Arm("online", peer="metadistil"),
}

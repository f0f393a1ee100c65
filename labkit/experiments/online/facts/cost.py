"""What online distillation costs beside offline: weights, time and bytes a step, texts a second."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from labkit.data.batches import in_order
from labkit.data.encoding.encoded import Encoded, first_rows
from labkit.experiments.online import pictures
from labkit.experiments.online.arms import arm_named
from labkit.experiments.online.facts.printed_numbers import settings
from labkit.experiments.online.material import Built, Material, material_for, student_of, teacher_of
from labkit.experiments.online.measure import training
from labkit.experiments.online.plan import STUDENTS, OnlineRun, runs, sizes_of
from labkit.experiments.results import rounded, write_csv
from labkit.models.bottlenecks import BottleneckConfig
from labkit.models.top_layers import lower_states
from labkit.plots import roles
from labkit.plots.picture import Picture

if TYPE_CHECKING:
    from transformers import PreTrainedModel

NAME = "kdfd_cost"
STEPS = 20
TEXTS = 256
ARMS = ("kd", "online", "online_vae_teacher")
COLUMNS = ("student", "arm", "ms_per_step", "megabytes", "times_offline")


@dataclass(frozen=True)
class Cost:
    """What one way of training costs."""

    student: str
    arm: str
    milliseconds: float
    """Of the processor, one step of a batch of 32."""
    megabytes: float
    """Weights, gradients, the optimizer's two averages and what the backward pass keeps."""


def make(folder: Path, about: Mapping[str, str], scale: str) -> None:
    """Write the file and its picture."""
    run = next(runs(sizes_of(scale)[0], ["kd"], 1))
    material = material_for(run)
    costs = [
        cost_of(material, replace(run, arm=arm, student=student))
        for student in STUDENTS
        for arm in ARMS
    ]
    offline = {cost.student: cost.milliseconds for cost in costs if cost.arm == "kd"}
    rows = [
        [cost.student, cost.arm, round(cost.milliseconds, 2), round(cost.megabytes, 2),
         rounded(cost.milliseconds / offline[cost.student])]
        for cost in costs
    ]  # fmt: skip
    told = {**about, "what": _WHAT, **speeds(material)}
    write_csv(folder / f"{NAME}.csv", told, COLUMNS, rows)
    pictures.write(picture(costs).figure, folder / f"{NAME}.png")


def cost_of(material: Material, run: OnlineRun) -> Cost:
    """Processor time and memory of the first steps of a run, the very first left out.

    The same steps are taken once before: torch prepares its kernels for each new length of texts,
    and the first arm would pay for all.
    """
    _seconds_per_step(material, run)
    spent = _seconds_per_step(material, run)
    student, teacher = _built(material, run)
    models = [student] if teacher is None else [student, teacher]
    megabytes = sum(_bytes(built) for built in models) / 2**20
    return Cost(run.student, run.arm, 1000 * spent, megabytes)


def _seconds_per_step(material: Material, run: OnlineRun) -> float:
    student, teacher = _built(material, run)
    steps = training(material, run, student, teacher)
    next(steps)
    begun, done = time.process_time(), 0
    for _ in islice(steps, STEPS):
        done += 1
    return (time.process_time() - begun) / max(1, done)


def _built(material: Material, run: OnlineRun) -> tuple[Built, Built | None]:
    arm, latent = arm_named(run.arm), min(run.latent, material.of_teacher.shape[1])
    student = student_of(material, run.student, BottleneckConfig("none"), run.seed)
    if arm.learns != "online":
        return student, None
    return student, teacher_of(material, BottleneckConfig(arm.teacher, latent, seed=run.seed))


def _bytes(built: Built) -> int:
    """Four numbers per weight that learns, and what one batch leaves for the backward pass."""
    learned = sum(w.numel() * w.element_size() for w in built.model.parameters() if w.requires_grad)
    kept: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    weights = {w.untyped_storage().data_ptr() for w in built.model.parameters()}
    built.model.train()
    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        built.model(*built.train(torch.arange(32)))
    return 4 * learned + sum(size for at, size in kept.items() if at not in weights)


def speeds(material: Material) -> dict[str, str]:
    """Weights and texts per second of teacher and students when they judge, in sentences."""
    encoder, rows = material.encoder, torch.arange(min(TEXTS, len(material.test.labels)))
    students = {name: _built(material, OnlineRun("trec", "kd", 0, student=name))[0].model
                for name in STUDENTS}  # fmt: skip
    texts = first_rows(material.test.texts, TEXTS)
    embed = _seconds(lambda: _embed(encoder, texts))
    rate = {"teacher": len(texts) / _seconds(lambda: lower_states(encoder, texts, _depth(encoder)))}
    bags, states = material.test.bags[rows], material.test.embedded
    own = {
        "bag": len(rows) / _seconds(lambda: _judge(students["bag"], (bags,))),
        "two_layers": len(rows)
        / _seconds(lambda: _judge(students["two_layers"], states.take(rows))),
    }
    rate |= {name: 1 / (embed / len(texts) + 1 / value) for name, value in own.items()}
    count = {"teacher": _weights(encoder), "bag": _weights(students["bag"]) + _table(encoder),
             "two_layers": _weights(students["two_layers"]) + _table(encoder)}  # fmt: skip
    said = {
        f"judging, {name}": f"{count[name] / 1e6:.1f} million weights, {rate[name]:.0f} texts a "
        f"second, {rate[name] / rate['teacher']:.1f} times the teacher"
        for name in rate
    }
    papers = settings("student_speed")[0]
    return said | {"judging, the paper": f"6 of 12 layers, {papers:g} times the teacher's speed"}


def _embed(encoder: "PreTrainedModel", texts: Encoded) -> None:
    """The embedding alone, which every student begins with."""
    embeddings = encoder.base_model.get_submodule("embeddings")
    with torch.no_grad():
        for batch in in_order(texts):
            embeddings(input_ids=batch.input_ids)


def _depth(encoder: nn.Module) -> int:
    return int(encoder.config.num_hidden_layers)  # type: ignore[union-attr, arg-type]


def _table(encoder: nn.Module) -> int:
    """The weights of the embedding, which every student reads too."""
    return sum(w.numel() for n, w in encoder.named_parameters() if "embeddings." in n)


def _weights(model: nn.Module) -> int:
    return sum(weight.numel() for weight in model.parameters())


def _judge(model: nn.Module, given: Sequence[Tensor]) -> None:
    model.eval()
    with torch.no_grad():
        model(*given)


def _seconds(work: Callable[[], object], times: int = 3) -> float:
    """The least processor time of a few tries; others on the machine only make it longer."""
    found = []
    for _ in range(times):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return max(min(found), 1e-9)


def picture(costs: Sequence[Cost]) -> Picture:
    """Milliseconds and megabytes of a step, a bar per arm, both students."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 2.9), layout="constrained")
    panels, alt = figure.subplots(1, 2, sharey=True), []
    names = [f"{roles.arm(cost.arm).name}\n({cost.student.replace('_', ' ')})" for cost in costs]
    for axes, what in zip(panels, ("milliseconds", "megabytes"), strict=True):
        for place, cost in enumerate(reversed(costs)):
            look, value = roles.arm(cost.arm).look, getattr(cost, what)
            axes.barh(place, value, 0.65, color=look.color, hatch=look.hatch, edgecolor="white")
            axes.text(value, place, f" {value:.3g}", va="center", fontsize=8)
            alt.append(f"{cost.student}, {cost.arm}: {value:.3g} {what}")
        axes.set_xlim(0, 1.18 * max(getattr(cost, what) for cost in costs))
        axes.set_xlabel({"milliseconds": "milliseconds of the processor a step",
                         "megabytes": "megabytes while training"}[what], fontsize=9)  # fmt: skip
    panels[0].set_yticks(range(len(names)), list(reversed(names)), fontsize=8)
    return Picture(figure, f"Cost of one step of 32 texts. {'; '.join(alt)}.")


_WHAT = (
    "one step of 32 texts on one thread; offline reads cached logits, so its teacher's own "
    "training (about as many steps of the upper layers) comes on top where there is none yet; "
    "the lower layers of the teacher were run once; megabytes: weights, gradients, optimizer and "
    "what the backward pass keeps, of the parts that learn"
)

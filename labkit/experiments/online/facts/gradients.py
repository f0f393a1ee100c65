"""Fig. 2 measured: which loss moves which part, and which part is there when texts are judged."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from labkit.experiments.online import pictures
from labkit.experiments.online.material import Material, material_for, student_of, teacher_of
from labkit.experiments.online.plan import runs, sizes_of
from labkit.experiments.results import rounded, write_csv
from labkit.losses.vae import vae_loss
from labkit.methods.online.config import OnlineConfig
from labkit.methods.online.parts import hard_loss, soft_loss
from labkit.methods.online.side import Answer, Side
from labkit.models.bottlenecks import BottleneckConfig
from labkit.plots.charts import heat_map
from labkit.plots.picture import Picture

NAME = "kdfd_figure2"
PARTS = {
    "teacher: upper layer": ("teacher", "top."),
    "teacher: mean head": ("teacher", "bottleneck.to_mean."),
    "teacher: log-variance head": ("teacher", "bottleneck.to_log_variance."),
    "teacher: decoder": ("teacher", "bottleneck.decoder."),
    "teacher: class head": ("teacher", "bottleneck.to_classes."),
    "student: hidden layer": ("student", "hidden."),
    "student: class head": ("student", "bottleneck.to_classes."),
}
"""Part -> whose it is and how its weights' names begin."""
LOSSES = ("teacher: labels", "teacher: student's logits", "teacher: rebuilding", "teacher: KL",
          "student: labels", "student: teacher's logits")  # fmt: skip
WITHOUT = ("teacher: log-variance head", "teacher: decoder")
"""Parts that only training needs."""


def make(folder: Path, about: Mapping[str, str], scale: str) -> None:
    """Write the file and its picture."""
    size = sizes_of(scale)[0]
    run = next(runs(size, ["online_vae_teacher"], 1))
    norms = norms_of(material_for(run))
    rows = [
        [part, loss, rounded(norms[part][loss]), "no" if part in WITHOUT else "yes"]
        for part in PARTS
        for loss in LOSSES
    ]
    columns = ("part", "loss", "gradient_norm", "needed_to_judge")
    write_csv(folder / f"{NAME}.csv", {**about, "what": _WHAT}, columns, rows)
    pictures.write(picture(norms).figure, folder / f"{NAME}.png")


def norms_of(material: Material) -> dict[str, dict[str, float]]:
    """Part -> loss -> the norm of the gradient of one batch before the first step."""
    latent = min(64, material.of_teacher.shape[1])
    config, rows = OnlineConfig(), torch.arange(min(32, len(material.train.labels)))
    above = teacher_of(material, BottleneckConfig("vae", latent, 1.0))
    below = student_of(material, "bag", BottleneckConfig("none"), 0)
    labels = material.train.labels
    teacher = Side(above.model, above.train, labels, config.teacher, precision="float32")
    student = Side(below.model, below.train, labels, config.student, precision="float32")
    found: dict[str, dict[str, float]] = {part: dict.fromkeys(LOSSES, 0.0) for part in PARTS}
    for who, side, other in (("teacher", teacher, student), ("student", student, teacher)):
        for loss, value in _losses(side, side.answer(rows), other.look(rows), rows).items():
            _note(found, who, loss, value, {"teacher": above.model, "student": below.model})
    return found


def _losses(side: Side, answer: Answer, other: Answer, rows: Tensor) -> dict[str, Tensor]:
    temperature = OnlineConfig().temperature
    found = {
        "labels": hard_loss(answer.logits, side.targets(rows)),
        "other": soft_loss(answer.logits, other.logits, temperature),
    }
    passage = answer.passage
    if passage is not None and passage.reconstruction is not None:
        assert passage.log_variance is not None
        found["rebuilding"], found["KL"] = vae_loss(
            passage.features, passage.reconstruction, passage.mean, passage.log_variance
        )
    return found


def _note(
    found: dict[str, dict[str, float]],
    who: str,
    loss: str,
    value: Tensor,
    models: Mapping[str, nn.Module],
) -> None:
    """Put the gradient of one loss on every part of both models into the table."""
    for model in models.values():
        model.zero_grad(set_to_none=True)
    value.backward(retain_graph=True)
    name = {"other": "student's logits" if who == "teacher" else "teacher's logits"}.get(loss, loss)
    for part, (whose, start) in PARTS.items():
        own = [
            weight.grad.square().sum()
            for key, weight in models[whose].named_parameters()
            if key.startswith(start) and weight.grad is not None
        ]
        found[part][f"{who}: {name}"] = float(torch.stack(own).sum().sqrt()) if own else 0.0


def picture(norms: Mapping[str, Mapping[str, float]]) -> Picture:
    """A table of colours: parts down, losses across; an empty field gets no gradient at all."""
    from matplotlib.figure import Figure

    table = [[norms[part][loss] for loss in LOSSES] for part in PARTS]
    figure = Figure(figsize=(9.0, 4.0), layout="constrained")
    axes = figure.subplots()
    shares = _shares(table)
    heat_map(axes, shares, list(PARTS), [loss.replace(": ", ":\n") for loss in LOSSES])
    axes.set_xlabel("loss; each column is the share of its gradient's length")
    told = [
        f"{loss} reaches {', '.join(p for p in PARTS if norms[p][loss] > 0)}" for loss in LOSSES
    ]
    return Picture(figure, f"Which loss moves which part: {'; '.join(told)}.")


def _shares(table: Sequence[Sequence[float]]) -> list[list[float]]:
    squares = [[value * value for value in row] for row in table]
    totals = [sum(column) or 1.0 for column in zip(*squares, strict=True)]
    return [
        [(value / total) ** 0.5 for value, total in zip(row, totals, strict=True)]
        for row in squares
    ]


_WHAT = (
    "norm of the gradient of each loss, unweighted, on each part, of 32 train texts before the "
    "first step; 0 says that the loss does not reach the part; needed_to_judge: whether the part "
    "is used when a trained model judges a text"
)

"""A route of models: each learns from the one before it, down to the smallest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.data.encoding.encoded import Encoded
from labkit.data.encoding.encoded_study import EncodedStudy
from labkit.evaluation.inheritance import errors_passed_on
from labkit.evaluation.measures import accuracy, agreement
from labkit.evaluation.predict import predict
from labkit.losses.by_name import named
from labkit.methods.distill import distill
from labkit.training.config import DistillConfig, Step
from labkit.training.teacher_logits import TeacherLogits

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class RouteStop:
    """A model on a route; the first stop is a trained teacher and is not trained again."""

    name: str
    """What pictures and steps call it."""
    model: "PreTrainedModel" = field(repr=False)
    """Trained in place, unless it is the first stop."""
    config: DistillConfig = field(default_factory=DistillConfig)
    """How it learns from the stop before; not used at the first stop."""
    texts: EncodedStudy | None = field(default=None, repr=False)
    """The texts in this model's own tokens; None takes the ones given to `run_chain`."""


@dataclass(frozen=True)
class ChainConfig:
    """What holds for the whole route."""

    soft_loss: str = "zscore_repaired"
    """A name of `losses.by_name.named`. "zscore" is the paper's, which teaches nothing at two
    classes; "zscore_repaired", the lab's own, is the same but for batch-scaled KL there."""
    cache: Path | None = None
    """Folder of the teachers' logits; None keeps them in memory alone."""

    def __post_init__(self) -> None:
        named(self.soft_loss)


@dataclass(frozen=True)
class ChainStep:
    """One step of one link of the chain."""

    stop: int
    """Number of the stop that learns, from 1: stop 0 is the teacher of all."""
    name: str
    """Name of the stop that learns."""
    teacher: str
    """Name of the stop that it learns from."""
    step: Step
    """What the step did; its index and total count within this link."""
    index: int
    """Number of the step within the whole chain, from 0."""
    total: int
    """Steps in the whole chain."""


@dataclass(frozen=True)
class Link:
    """How well one stop does, and how far it is from those above it."""

    name: str
    """Name of the stop."""
    accuracy: float
    """Share of the texts that it got right, in [0, 1]."""
    agreement: float
    """Share of the texts where it chooses as the stop before does; 1 at the first stop."""
    agreement_with_first: float
    """Share of the texts where it chooses as the first stop does; 1 at the first stop."""
    errors_passed_on: float
    """Share of the mistakes of the stop before that it repeats; nan at the first stop, or when
    there was no mistake."""


def run_chain(
    route: Sequence[RouteStop], texts: EncodedStudy, config: ChainConfig | None = None
) -> Iterator[ChainStep]:
    """Train every stop but the first on the logits of the stop before it, yielding each step.

    Source: Mirzadeh et al. 2019, TAKD (arXiv:1902.03393); Adversarial Distillation, eq. 4 and
    Algorithm 1, lines 1 to 15. The paper updates BERT and BiLSTM in the same batch; here a stop
    is finished before the next one starts, as in TAKD. `algorithm_one` has the paper's way.

    route: at least two stops, the largest first; texts: in the tokens that the stops share
    Each stop keeps its best epoch on validation.
    errors: ValueError for a route of one stop, or stops whose classes differ
    """
    check_route(route)
    return _links(route, texts, ChainConfig() if config is None else config)


def _links(
    route: Sequence[RouteStop], texts: EncodedStudy, config: ChainConfig
) -> Iterator[ChainStep]:
    lengths = [steps_of(stop.config, len(texts.train)) for stop in route[1:]]
    done = 0
    for number, (before, stop) in enumerate(pairwise(route), start=1):
        source = TeacherLogits(before.model, _own(before, texts).train, config.cache)
        own = _own(stop, texts)
        steps = distill(
            stop.model,
            source,
            own.train,
            stop.config,
            validation=own.validation,
            soft_loss=named(config.soft_loss),
        )
        for index, step in enumerate(steps, start=done):
            yield ChainStep(number, stop.name, before.name, step, index, sum(lengths))
        done += lengths[number - 1]


def direct_config(
    route: Sequence[RouteStop], seconds: Sequence[float] | None = None
) -> DistillConfig:
    """Settings of the direct student that gets all the training that the chain gets.

    seconds: measured time of each link, one number per stop after the first. With it the direct
             student's epochs fill the chain's time; without it they make up the chain's steps
    returns the last stop's settings with more epochs, rounded to the nearest
    errors: ValueError for a route of one stop, or another number of seconds
    """
    check_route(route)
    links, last = route[1:], route[-1].config
    if seconds is None:
        updates = sum(stop.config.epochs / stop.config.batch_size for stop in links)
        return replace(last, epochs=max(1, round(updates * last.batch_size)))
    if len(seconds) != len(links) or not all(time > 0 for time in seconds):
        raise ValueError(
            f"got the seconds {list(seconds)} for {len(links)} links, wanted a number above 0 "
            "for each stop after the first"
        )
    return replace(last, epochs=max(1, round(last.epochs * sum(seconds) / seconds[-1])))


def links(route: Sequence[RouteStop], texts: EncodedStudy, split: str = "validation") -> list[Link]:
    """What each stop of a trained route knows, and what is lost or passed on along the way.

    split: "train", "validation" or "test"
    """
    check_route(route)
    chosen = [predict(stop.model, _split(_own(stop, texts), split)) for stop in route]
    labels = _split(texts, split).labels
    if labels is None:
        raise ValueError(f"the {split} texts have no labels; encode them with labels")
    result = []
    for number, (stop, logits) in enumerate(zip(route, chosen, strict=True)):
        before = chosen[max(0, number - 1)]
        share = errors_passed_on(before, logits, labels) if number else float("nan")
        alike, alike_first = agreement(logits, before), agreement(logits, chosen[0])
        result.append(Link(stop.name, accuracy(logits, labels), alike, alike_first, share))
    return result


def ordered(parameters: Mapping[str, int], classes: Mapping[str, Sequence[str]]) -> list[str]:
    """The names of the models as a route: the largest first.

    parameters: name -> how many numbers the model holds; classes: name -> its class names
    errors: ValueError for fewer than two models, or classes that differ in name or order
    """
    if len(parameters) < 2:
        raise ValueError(f"got {len(parameters)} model, wanted at least a teacher and a student")
    route = sorted(parameters, key=lambda name: parameters[name], reverse=True)
    for name in route[1:]:
        if list(classes[name]) != list(classes[route[0]]):
            raise ValueError(
                f"{name} has the classes {list(classes[name])}, wanted those of {route[0]}: "
                f"{list(classes[route[0]])}, in the same order"
            )
    return route


def direct_epochs(links: Sequence[tuple[int, int]], rows: int) -> int:
    """How many epochs give the last model of a chain all the steps that the chain takes.

    links: (epochs, batch size) of each model that learns, the last one is the student
    rows:  training texts
    returns whole epochs, at least 1, rounded to the nearest; an epoch takes ceil(rows / batch)
    """
    steps = [epochs * -(-rows // batch) for epochs, batch in links]
    of_one_epoch = -(-rows // links[-1][1])
    return max(1, round(sum(steps) / of_one_epoch))


def steps_of(config: DistillConfig, rows: int) -> int:
    """How many steps a run over so many texts takes."""
    return config.epochs * -(-rows // config.batch_size)


def check_route(route: Sequence[RouteStop]) -> None:
    """ValueError unless there are two stops or more, each another model with the same classes."""
    if len(route) < 2:
        raise ValueError(
            f"got a route of {len(route)} model, wanted at least two: a teacher and a student; "
            "to train a model on labels alone use distill with teacher=None"
        )
    if len({id(stop.model) for stop in route}) < len(route):
        raise ValueError("a model stands on the route twice; give each stop a model of its own")
    wanted = _classes(route[0])
    for stop in route[1:]:
        if not _same_classes(_classes(stop), wanted):
            raise ValueError(
                f"{stop.name!r} has the classes {list(_classes(stop))}, wanted those of "
                f"{route[0].name!r} in the same order: {list(wanted)}; build both from the label "
                "names of one data set"
            )


def _same_classes(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Equal names in equal order; a model that never got names only needs as many classes."""
    unnamed = any(all(name.startswith("LABEL_") for name in names) for names in (first, second))
    return len(first) == len(second) if unnamed else first == second


def _classes(stop: RouteStop) -> tuple[str, ...]:
    given = stop.model.config.id2label
    names = {int(number): str(name) for number, name in (given or {}).items()}
    return tuple(names[number] for number in sorted(names))


def _own(stop: RouteStop, texts: EncodedStudy) -> EncodedStudy:
    return texts if stop.texts is None else stop.texts


def _split(texts: EncodedStudy, split: str) -> Encoded:
    if split not in ("train", "validation", "test"):
        raise ValueError(f"got split {split!r}, wanted 'train', 'validation' or 'test'")
    rows: Encoded = getattr(texts, split)
    return rows

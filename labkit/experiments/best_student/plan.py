"""Which runs the best students of a data set need: few tries, then all seeds of the best ones."""

import json
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from labkit.data import Study
from labkit.data.catalog import AssetError
from labkit.experiments.best_student.texts import more_texts, rows_mark
from labkit.experiments.experiment import results_of
from labkit.experiments.result import Result

Run = Result["BestRun"]
WIDTH, HIDDEN = 128, 192
"""Numbers per token vector and per direction: 4.4 million parameters, 19 % of MiniLM's."""
TRIES = ((0.2, 4e-3), (0.4, 1e-3))
"""Dropout and learning rate that each arm may choose from on validation: the same for both."""
ARMS = ("labels", "distilled")


@dataclass(frozen=True)
class Plan:
    """What is spent on one data set; both arms take the same number of steps."""

    dataset: str
    variants: int
    """Masked and cut copies drawn from each training text for the teacher to answer, from 0 up."""
    epochs: int
    """Passes over texts and copies, at least 1."""
    transfer: str = ""
    """A data set whose texts the teacher answers as well, its own name for its own texts without
    labels; "" for none."""
    batch_size: int = 64
    """Texts per step, at least 1."""
    teacher_after: str = ""
    """A data set that the teacher is fine-tuned on before this one; "" for none."""


PLANS = {
    plan.dataset: plan
    for plan in (
        Plan("trec", variants=6, epochs=5, transfer="qnli", batch_size=32),
        Plan("subj", variants=2, epochs=4, transfer="sst5"),
        Plan("sst2", variants=4, epochs=2, transfer="glue_sst2", teacher_after="glue_sst2"),
        Plan("glue_sst2", variants=1, epochs=2),
        Plan("sst5", variants=2, epochs=3, transfer="glue_sst2", teacher_after="glue_sst2"),
        Plan("ag_news", variants=1, epochs=3, transfer="ag_news"),
    )
}
"""How much each data set is given; larger ones get fewer copies."""


@dataclass(frozen=True)
class BestRun:
    """One student of one arm."""

    dataset: str
    arm: str
    """"labels" learns from the labels alone, "distilled" from the teacher's logits alone."""
    dropout: float
    learning_rate: float
    seed: int
    variants: int
    epochs: int
    transfer: str
    batch_size: int
    teacher_after: str
    rows: str
    """Fingerprint of all the rows, so that other rows are another run."""

    def __post_init__(self) -> None:
        if self.arm not in ARMS:
            raise ValueError(f"arm must be one of {', '.join(ARMS)}, got {self.arm!r}")


PUBLISHED = {"ag_news": 120_000}
"""Training texts that a data set was published with, where fewer are here."""


def steps(part: Study, seeds: int, file: Path) -> Iterator[list[BestRun]]:
    """The tries of both arms with seed 0, then what validation chose of them with all other seeds.

    file: where the tries are found once they are finished
    errors: ValueError for a data set without a plan, or fewer than one seed
    """
    if part.name not in PLANS or seeds < 1:
        raise ValueError(
            f"got the data set {part.name!r} and {seeds} seeds; there are plans for "
            f"{', '.join(PLANS)}, and at least one seed is needed"
        )
    first = tries(part)
    yield first
    best = chosen(results_of(first, file))
    yield [replace(run, seed=seed) for run in best for seed in range(1, seeds)]


def tries(part: Study) -> list[BestRun]:
    """Every arm with every setting that it may choose from, with seed 0."""
    plan = PLANS[part.name]
    transfer, texts = _transfer(plan, part)
    spent = (plan.variants, plan.epochs, transfer, plan.batch_size, plan.teacher_after)
    rows = rows_mark(part, texts)
    return [
        BestRun(part.name, arm, dropout, rate, 0, *spent, rows)
        for arm in ARMS
        for dropout, rate in TRIES
    ]


def _transfer(plan: Plan, part: Study) -> tuple[str, tuple[str, ...]]:
    """The other data set and its texts; none, with a warning, where it cannot be had."""
    try:
        return plan.transfer, more_texts(part, plan.transfer)
    except AssetError as error:
        warnings.warn(
            f"the students of {plan.dataset} go without the texts of {plan.transfer}: {error}",
            stacklevel=2,
        )
        return "", ()


def chosen(finished: Sequence[Run]) -> list[BestRun]:
    """Of each arm the try with the highest validation accuracy; of equal ones the first."""
    best: dict[str, Run] = {}
    for one in finished:
        arm = one.config.arm
        if arm not in best or one.validation > best[arm].validation:
            best[arm] = one
    return [one.config for one in best.values()]


def of_chosen(results: Sequence[Run]) -> list[Run]:
    """The results of the chosen settings with all their seeds, without the tries not taken."""
    found = []
    for dataset in dict.fromkeys(one.config.dataset for one in results):
        own = [one for one in results if one.config.dataset == dataset]
        best = chosen([one for one in own if one.config.seed == 0])
        found += [one for run in best for one in own if replace(one.config, seed=0) == run]
    return list({one.key: one for one in found}.values())


def plan_line(run: BestRun) -> str:
    """What was spent on a data set, in one line for a results file; of any of its runs."""
    spent = {field.name: getattr(run, field.name) for field in fields(Plan)}
    return json.dumps(spent | {"width": WIDTH, "hidden": HIDDEN, "tries": TRIES})

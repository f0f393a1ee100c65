"""The best student on all training texts: how well does a small model do when nothing is saved?"""

import json
import math
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from labkit import paths
from labkit.data import Study, study
from labkit.data.catalog import AssetError
from labkit.evaluation.measures import accuracy, macro_f1, parameters
from labkit.evaluation.predict import predict
from labkit.experiments.best_student.texts import material, more_texts, own_teacher, rows_mark
from labkit.experiments.sweep import Result, key_of, sweep, workers
from labkit.experiments.trial import pack, versions
from labkit.losses.kl import logit_mse
from labkit.methods.distill import distill
from labkit.training.config import DistillConfig, Weights
from labkit.training.teacher_logits import StoredTargets

if TYPE_CHECKING:
    from transformers import PreTrainedModel

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
    """Texts a step, at least 1."""
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


def best_runs(dataset: str, seeds: int, count: int = 2) -> Iterator[Result]:
    """Choose each arm's settings on validation with seed 0, then train it with all seeds.

    dataset: one of `PLANS`; seeds: at least 1; count: processes, 0 runs here
    Finished runs are read from a file in the cache, so a stopped command goes on.
    errors: ValueError for a data set without a plan, or fewer than one seed
    """
    if dataset not in PLANS or seeds < 1:
        raise ValueError(
            f"got the data set {dataset!r} and {seeds} seeds; there are plans for "
            f"{', '.join(PLANS)}, and at least one seed is needed"
        )
    file = paths.cache() / "sweeps" / "best.jsonl"
    own_teacher(dataset, PLANS[dataset].teacher_after)  # once, before the processes start
    with workers(count) as pool:
        tries = list(sweep(train_best, _tries(dataset), file, pool))
        yield from tries
        rest = [replace(run, seed=seed) for run in chosen(tries) for seed in range(1, seeds)]
        yield from sweep(train_best, rest, file, pool)


def _tries(dataset: str) -> list[BestRun]:
    plan, part = PLANS[dataset], study(dataset)
    transfer, texts = _transfer(plan, part)
    spent = (plan.variants, plan.epochs, transfer, plan.batch_size, plan.teacher_after)
    rows = rows_mark(part, texts)
    return [
        BestRun(dataset, arm, dropout, rate, 0, *spent, rows)
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


def chosen(tries: Sequence[Result]) -> list[BestRun]:
    """Of each arm the try with the highest validation accuracy; of equal ones the first."""
    best: dict[str, Result] = {}
    for one in tries:
        arm = one.config["arm"]
        if arm not in best or one.outcome["validation"] > best[arm].outcome["validation"]:
            best[arm] = one
    return [BestRun(**one.config) for one in best.values()]


def of_chosen(results: Sequence[Result]) -> list[Result]:
    """The results of the chosen settings with all their seeds, without the tries not taken."""
    tries = [one for one in results if one.config["seed"] == 0]
    found = []
    for dataset in dict.fromkeys(one.config["dataset"] for one in results):
        for run in chosen([one for one in tries if one.config["dataset"] == dataset]):
            keys = {key_of(replace(run, seed=one.config["seed"])) for one in results}
            found += [one for one in results if one.key in keys]
    return list({one.key: one for one in found}.values())


def train_best(run: BestRun) -> dict[str, Any]:
    """Train one student to its best epoch on validation; the test split is opened once, at the end.

    returns plain values: accuracies in [0, 1], parameters, processor seconds, right or wrong of
    each test text, packed
    """
    texts, more, answers = material(run.dataset, run.variants, run.transfer, run.teacher_after)
    student = new_student(run)
    source = StoredTargets(more, answers) if run.arm == "distilled" else None
    learned = more if source is not None else texts.train
    begun, best = time.process_time(), math.nan
    held = texts.validation
    settings = config_of(run, len(texts.train), len(more))
    for step in distill(student, source, learned, settings, validation=held, soft_loss=logit_mse):
        if step.validation is not None:
            best = step.validation if math.isnan(best) else max(best, step.validation)
    logits, labels = predict(student, texts.test), texts.test.labels
    assert labels is not None
    return {
        "accuracy": accuracy(logits, labels),
        "macro_f1": macro_f1(logits, labels),
        "validation": best,
        "parameters": parameters(student),
        "cpu_seconds": round(time.process_time() - begun, 1),
        "tests": len(labels),
        "correct": pack((logits.argmax(-1) == labels).numpy()),
        "versions": versions(),
    }


def config_of(run: BestRun, rows: int, more_rows: int) -> DistillConfig:
    """The settings of a run: both arms take as many steps, of the same sizes.

    rows: training texts; more_rows: training texts and their copies
    """
    distilled = run.arm == "distilled"
    steps = run.epochs * math.ceil(more_rows / run.batch_size)
    epochs = run.epochs if distilled else round(steps / math.ceil(rows / run.batch_size))
    return DistillConfig(
        Weights(ce=0, kd=1) if distilled else Weights(ce=1, kd=0),
        epochs=max(1, epochs),
        batch_size=run.batch_size,
        learning_rate=run.learning_rate,
        embedding_learning_rate=run.learning_rate / 10,
        seed=run.seed,
    )


def new_student(run: BestRun) -> "PreTrainedModel":
    """A BiLSTM before its first step, with token vectors taken from the teacher's."""
    from labkit.models.bilstm import build_bilstm
    from labkit.models.encoders import embedding_pca

    master = own_teacher(run.dataset, run.teacher_after)
    vectors = embedding_pca(master, WIDTH)
    classes = master.config.num_labels or 2
    return build_bilstm(
        len(vectors), classes, vectors, run.seed, hidden_size=HIDDEN, dropout=run.dropout
    )


def plan_line(config: Mapping[str, Any]) -> str:
    """What was spent on a data set, in one line for a results file.

    config: of any of its results
    """
    spent = {field.name: config[field.name] for field in fields(Plan)}
    return json.dumps(spent | {"width": WIDTH, "hidden": HIDDEN, "tries": TRIES})

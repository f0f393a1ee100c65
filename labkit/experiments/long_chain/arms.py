"""The chain MPNet, MiniLM, BiLSTM, of models that PyPI has, and what it is compared with."""

import hashlib
import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from labkit.data.batches import Encoded, encode, encode_study, texts_of
from labkit.evaluation.inheritance import errors_passed_on
from labkit.evaluation.measures import agreement
from labkit.evaluation.predict import predict
from labkit.experiments.adversarial.arms_without_adversary import floor
from labkit.experiments.scales import Scale, assistant_settings, student_settings, teacher_settings
from labkit.experiments.testbed import Bench, Tensors
from labkit.experiments.testbed_models import answers, stored, train
from labkit.experiments.trial import Measured, Trial
from labkit.methods.recipes import CLASSROOM_TEACHER, MAX_LENGTH, labels_only
from labkit.models.size import parameters
from labkit.training.config import DistillConfig

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from labkit.training.student_run import Teacher

HEAD = "mpnet"
"""The first stop of the chain; its vocabulary is not that of the stops below it."""
HEADS = {HEAD: (1, 5e-5), CLASSROOM_TEACHER: (2, 1e-4)}
"""Passes of a teacher, in those of the scale's teachers, and its largest step size."""
ASSISTANT_STEP = 15
"""What a step of all six layers of MiniLM costs, in steps of the student."""
FACTS = "facts"
"""Validation accuracy, seconds to train, to read the test texts, and parameters."""


def head_settings(scale: Scale, name: str) -> DistillConfig:
    """How a whole encoder learns from the labels of the teacher's rows."""
    passes, step = HEADS[name]
    return replace(
        teacher_settings(scale), epochs=passes * scale.teacher_epochs, learning_rate=step
    )


def epochs(scale: Scale, option: str) -> int:
    """Passes of the student under a budget.

    option: "" is the student's own; "steps" is all steps of the chain; "long" fills the
            processor time that the chain takes without its first model
    """
    budgets = {
        "": scale.both_stages,
        "steps": scale.both_stages + scale.assistant_epochs,
        "long": scale.both_stages + scale.assistant_epochs * ASSISTANT_STEP,
    }
    if option not in budgets:
        raise ValueError(f"no budget {option!r}; there are {', '.join(map(repr, budgets))}")
    return budgets[option]


def in_tokens_of(bench: Bench, name: str) -> Bench:
    """The same texts in the same order, in the tokens of another model.

    Logits are kept by text, so those that a model gave to its own tokens teach one with others.
    """
    from labkit.models.encoders import load_tokenizer

    return replace(bench, texts=encode_study(bench.part, load_tokenizer(name), MAX_LENGTH))


def mark(*settings: DistillConfig) -> str:
    """A short name for settings: what was made with others is not taken for these."""
    told = json.dumps([asdict(config) for config in settings])
    return hashlib.sha256(told.encode()).hexdigest()[:8]


def head(bench: Bench, name: str) -> Tensors:
    """Logits and facts of a whole encoder fine-tuned on the labels of the teacher's rows."""
    config = head_settings(bench.scale, name)

    def make() -> Tensors:
        from labkit.models.encoders import load_encoder, load_tokenizer

        rows = bench.for_teacher.train
        texts = encode(texts_of(rows), load_tokenizer(name), list(rows["label"]), MAX_LENGTH)
        model = load_encoder(name, bench.classes, label_names=bench.part.label_names)
        return _trained(model, None, in_tokens_of(bench, name), config, texts)

    return bench.kept(f"long_{name}_{mark(config)}", make)


def assistant(bench: Bench, seed: int, taught: bool = True) -> Tensors:
    """Logits and facts of the whole MiniLM, trained on the rows of the students.

    taught: by MPNet and the labels; False learns from the labels alone
    """
    both = assistant_settings(bench.scale, seed)
    config = both if taught else labels_only(both)

    def make() -> Tensors:
        from labkit.models.encoders import load_encoder

        source = stored(bench, head(bench, HEAD)["train"]) if taught else None
        names = bench.part.label_names
        model = load_encoder(CLASSROOM_TEACHER, bench.classes, seed=seed, label_names=names)
        return _trained(model, source, bench, config)

    above = mark(head_settings(bench.scale, HEAD), config) if taught else mark(config)
    return bench.kept(f"long_assistant_{seed}_{above}", make)


def vectors(bench: Bench) -> Tensor:
    """Token vectors for the students, from MiniLM before any fine-tuning: no arm is told more."""

    def make() -> Tensors:
        from labkit.models.encoders import embedding_pca, load_encoder

        model = load_encoder(CLASSROOM_TEACHER, bench.classes)
        return {"vectors": embedding_pca(model, bench.scale.width)}

    return bench.kept("long_vectors", make)["vectors"]


def student(bench: Bench, trial: Trial, above: Tensors | None) -> Measured:
    """A BiLSTM taught by the logits of one model; None learns from the labels alone."""
    from labkit.models.bilstm import build_bilstm

    start, hidden = vectors(bench), bench.scale.hidden
    model = build_bilstm(len(start), bench.classes, start, trial.seed, hidden_size=hidden)
    config = student_settings(epochs(bench.scale, trial.option), trial.seed)
    if above is None:
        found = _trained(model, None, bench, labels_only(config))
    else:
        found = _trained(model, stored(bench, above["train"]), bench, config)
    return _measured(bench, trial, found, above)


def _trained(
    model: "PreTrainedModel",
    source: "Teacher | None",
    bench: Bench,
    config: DistillConfig,
    texts: Encoded | None = None,
) -> Tensors:
    """Train to the best epoch on validation; the logits of all splits, and the facts."""
    begun = time.process_time()
    best = train(model, source, bench, config, texts=texts)
    spent = time.process_time() - begun
    found = answers(model, bench)
    begun = time.process_time()
    predict(model, bench.texts.test)
    reading = time.process_time() - begun
    facts = [best, spent, reading, parameters(model)]
    return found | {FACTS: torch.tensor(facts, dtype=torch.float64)}


def _measured(bench: Bench, trial: Trial, found: Tensors, above: Tensors | None) -> Measured:
    """Test logits and facts, beside how much of each model above is repeated."""
    best, spent, reading, size = found[FACTS].tolist()
    notes = {"parameters": size, "ms_per_1000_texts": 1e6 * reading / len(bench.texts.test)}
    others = {"above": above}
    if trial.arm not in (HEAD, CLASSROOM_TEACHER):
        others[HEAD] = head(bench, HEAD)
    if trial.arm == "labels" or trial.arm.startswith("from_"):
        others["assistant"] = assistant(bench, trial.seed)
    for name, other in others.items():
        if other is not None:
            notes |= _shared(bench, name, other["test"], found["test"])
    return Measured(found["test"], best, notes, spent)


def _shared(bench: Bench, name: str, above: Tensor, below: Tensor) -> dict[str, float]:
    labels = bench.texts.test.labels
    assert labels is not None
    repeated = errors_passed_on(above, below, labels)
    found = {f"agrees_with_{name}": agreement(below, above), f"repeats_errors_of_{name}": repeated}
    return {what: round(share, 4) for what, share in found.items() if math.isfinite(share)}


def _read(
    pick: Callable[[Bench, Trial], tuple[Tensors, Tensors | None]],
) -> Callable[..., Measured]:
    return lambda bench, trial: _measured(bench, trial, *pick(bench, trial))


ARMS: dict[str, Callable[[Bench, Trial], Measured]] = {
    "tfidf": floor,
    "mpnet": _read(lambda bench, trial: (head(bench, HEAD), None)),
    "minilm": _read(lambda bench, trial: (head(bench, CLASSROOM_TEACHER), None)),
    "assistant": _read(lambda bench, trial: (assistant(bench, trial.seed), head(bench, HEAD))),
    "assistant_labels": _read(lambda bench, trial: (assistant(bench, trial.seed, False), None)),
    "from_assistant": lambda bench, trial: student(bench, trial, assistant(bench, trial.seed)),
    "from_mpnet": lambda bench, trial: student(bench, trial, head(bench, HEAD)),
    "from_minilm": lambda bench, trial: student(bench, trial, head(bench, CLASSROOM_TEACHER)),
    "from_assistant_labels": lambda bench, trial: student(
        bench, trial, assistant(bench, trial.seed, False)
    ),
    "labels": lambda bench, trial: student(bench, trial, None),
}
"""from_assistant is the chain; from_minilm and from_assistant_labels have no MPNet above them."""

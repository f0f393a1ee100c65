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

from labkit.compute import place
from labkit.data.encoding.encoded import Encoded, encode
from labkit.data.encoding.encoded_study import encode_study, texts_of
from labkit.evaluation.inheritance import errors_passed_on
from labkit.evaluation.measures import agreement
from labkit.evaluation.predict import predict
from labkit.experiments.adversarial.arms_without_adversary import floor
from labkit.experiments.scales import Scale, assistant_settings, student_settings, teacher_settings
from labkit.experiments.testbed import Tensors, Testbed, made_on, where
from labkit.experiments.testbed_models import logits_of_splits, stored, train
from labkit.experiments.trial import Answers, Trial
from labkit.methods.recipes import CLASSROOM_TEACHER, labels_only
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


def in_tokens_of(testbed: Testbed, name: str) -> Testbed:
    """The same texts in the same order, in the tokens of another model.

    Logits are kept by text, so those that a model gave to its own tokens teach one with others.
    """
    from labkit.models.encoders import load_tokenizer

    return replace(
        testbed, texts=encode_study(testbed.part, load_tokenizer(name), testbed.texts.max_length)
    )


def mark(*settings: DistillConfig) -> str:
    """A short name for settings: what was made with others is not taken for these."""
    text = json.dumps([asdict(config) for config in settings])
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def head(testbed: Testbed, name: str) -> Tensors:
    """Logits and facts of a whole encoder fine-tuned on the labels of the teacher's rows."""
    config = head_settings(testbed.scale, name)

    def make() -> Tensors:
        from labkit.models.encoders import load_encoder, load_tokenizer

        rows = testbed.for_teacher.train
        texts = encode(
            texts_of(rows), load_tokenizer(name), list(rows["label"]), testbed.texts.max_length
        )
        names = testbed.part.label_names
        model = place(load_encoder(name, testbed.classes, label_names=names))
        return _trained(model, None, in_tokens_of(testbed, name), config, texts)

    return testbed.once(f"long_{name}_{mark(config)}", make)


def assistant(testbed: Testbed, seed: int, taught: bool = True) -> Tensors:
    """Logits and facts of the whole MiniLM, trained on the rows of the students.

    taught: by MPNet and the labels; False learns from the labels alone
    """
    both = assistant_settings(testbed.scale, seed)
    config = both if taught else labels_only(both)

    def make() -> Tensors:
        from labkit.models.encoders import load_encoder

        source = stored(testbed, head(testbed, HEAD)["train"]) if taught else None
        names = testbed.part.label_names
        encoder = load_encoder(CLASSROOM_TEACHER, testbed.classes, seed=seed, label_names=names)
        model = place(encoder)
        return _trained(model, source, testbed, config)

    above = mark(head_settings(testbed.scale, HEAD), config) if taught else mark(config)
    return testbed.once(f"long_assistant_{seed}_{above}", make)


def vectors(testbed: Testbed) -> Tensor:
    """Token vectors of MiniLM before any fine-tuning, so that no student starts with more."""

    def make() -> Tensors:
        from labkit.models.encoders import embedding_pca, load_encoder

        model = load_encoder(CLASSROOM_TEACHER, testbed.classes)
        return {"vectors": embedding_pca(model, testbed.scale.width)}

    return testbed.once("long_vectors", make)["vectors"]


def student(testbed: Testbed, trial: Trial, above: Tensors | None) -> Answers:
    """A BiLSTM taught by the logits of one model; None learns from the labels alone."""
    from labkit.models.bilstm import build_bilstm

    start, hidden = vectors(testbed), testbed.scale.hidden
    model = place(build_bilstm(len(start), testbed.classes, start, trial.seed, hidden_size=hidden))
    config = student_settings(epochs(testbed.scale, trial.option), trial.seed)
    if above is None:
        found = _trained(model, None, testbed, labels_only(config))
    else:
        found = _trained(model, stored(testbed, above["train"]), testbed, config)
    return _answers(testbed, trial, found, above)


def _trained(
    model: "PreTrainedModel",
    source: "Teacher | None",
    testbed: Testbed,
    config: DistillConfig,
    texts: Encoded | None = None,
) -> Tensors:
    """Train to the best epoch on validation; the logits of all splits, and the facts."""
    begun = time.process_time()
    best = train(model, source, testbed, config, texts=texts)
    spent = time.process_time() - begun
    found = logits_of_splits(model, testbed)
    begun = time.process_time()
    predict(model, testbed.texts.test)
    reading = time.process_time() - begun
    facts = [best, spent, reading, parameters(model)]
    return found | where(model) | {FACTS: torch.tensor(facts, dtype=torch.float64)}


def _answers(testbed: Testbed, trial: Trial, found: Tensors, above: Tensors | None) -> Answers:
    """Test logits and facts, beside how much of each model above is repeated."""
    best, spent, reading, size = found[FACTS].tolist()
    notes = {"parameters": size, "ms_per_1000_texts": 1e6 * reading / len(testbed.texts.test)}
    others = {"above": above}
    if trial.arm not in (HEAD, CLASSROOM_TEACHER):
        others[HEAD] = head(testbed, HEAD)
    if trial.arm == "labels" or trial.arm.startswith("from_"):
        others["assistant"] = assistant(testbed, trial.seed)
    for name, other in others.items():
        if other is not None:
            notes |= _shared(testbed, name, other["test"], found["test"])
    return Answers(found["test"], best, notes, spent, made_on(found))


def _shared(testbed: Testbed, name: str, above: Tensor, below: Tensor) -> dict[str, float]:
    labels = testbed.texts.test.labels
    assert labels is not None
    repeated = errors_passed_on(above, below, labels)
    found = {f"agrees_with_{name}": agreement(below, above), f"repeats_errors_of_{name}": repeated}
    return {what: round(share, 4) for what, share in found.items() if math.isfinite(share)}


def _read(
    pick: Callable[[Testbed, Trial], tuple[Tensors, Tensors | None]],
) -> Callable[..., Answers]:
    return lambda testbed, trial: _answers(testbed, trial, *pick(testbed, trial))


ARMS: dict[str, Callable[[Testbed, Trial], Answers]] = {
    "tfidf": floor,
    "mpnet": _read(lambda testbed, trial: (head(testbed, HEAD), None)),
    "minilm": _read(lambda testbed, trial: (head(testbed, CLASSROOM_TEACHER), None)),
    "assistant": _read(
        lambda testbed, trial: (assistant(testbed, trial.seed), head(testbed, HEAD))
    ),
    "assistant_labels": _read(lambda testbed, trial: (assistant(testbed, trial.seed, False), None)),
    "from_assistant": lambda testbed, trial: student(
        testbed, trial, assistant(testbed, trial.seed)
    ),
    "from_mpnet": lambda testbed, trial: student(testbed, trial, head(testbed, HEAD)),
    "from_minilm": lambda testbed, trial: student(testbed, trial, head(testbed, CLASSROOM_TEACHER)),
    "from_assistant_labels": lambda testbed, trial: student(
        testbed, trial, assistant(testbed, trial.seed, False)
    ),
    "labels": lambda testbed, trial: student(testbed, trial, None),
}
"""from_assistant is the chain; from_minilm and from_assistant_labels have no MPNet above them."""

"""Teacher, assistant and first-stage students of a testbed: trained once, then read from disk."""

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from labkit.compute import place
from labkit.data.encoding.encoded import Encoded, encode
from labkit.data.encoding.encoded_study import texts_of
from labkit.evaluation.predict import predict
from labkit.experiments.scales import assistant_settings, student_settings, teacher_settings
from labkit.experiments.testbed import Tensors, Testbed, has_prepared_teacher
from labkit.losses.by_name import SoftLoss, WithLabels
from labkit.losses.standardised import repaired_zscore_kl
from labkit.methods.distill import DistillConfig, distill
from labkit.methods.recipes import CLASSROOM_TEACHER
from labkit.training.student_run import Teacher
from labkit.training.teacher_logits import StoredTargets

if TYPE_CHECKING:
    from transformers import PreTrainedModel

WEIGHT = "weight."
VALIDATION = "validation_accuracy"


def train(
    student: "PreTrainedModel",
    source: Teacher | None,
    testbed: Testbed,
    config: DistillConfig,
    soft_loss: SoftLoss | WithLabels = repaired_zscore_kl,
    texts: Encoded | None = None,
) -> float:
    """Train a model in place to its best epoch; gives that epoch's validation accuracy.

    source: the teacher; None learns from the labels alone
    texts:  what to learn from, when it is not the testbed's own training texts
    """
    best = math.nan
    held = testbed.texts.validation
    learned = testbed.texts.train if texts is None else texts
    for step in distill(student, source, learned, config, validation=held, soft_loss=soft_loss):
        if step.validation is not None:
            best = step.validation if math.isnan(best) else max(best, step.validation)
    return best


def stored(testbed: Testbed, logits: Tensor) -> StoredTargets:
    """Logits of the training texts as a teacher that a run can ask."""
    return StoredTargets(testbed.texts.train, logits)


def new_student(testbed: Testbed, seed: int, extra: int = 0) -> "PreTrainedModel":
    """A BiLSTM before its first step, with token vectors taken from the teacher's.

    extra: parameters to have at least in addition, by a wider LSTM; 0 keeps the testbed's width
    """
    from labkit.models.bilstm import build_bilstm
    from labkit.models.size import parameters

    vectors = teacher_logits(testbed)["vectors"]
    hidden = testbed.scale.hidden

    def build(width: int) -> "PreTrainedModel":
        return build_bilstm(len(vectors), testbed.classes, vectors, seed, hidden_size=width)

    student = build(hidden)
    enough = parameters(student) + extra
    while parameters(student) < enough:
        hidden += 1
        student = build(hidden)
    return place(student)


def teacher_model(testbed: Testbed) -> "PreTrainedModel":
    """The fine-tuned teacher of the testbed; that of `labkit prepare` where it makes one."""
    from labkit.methods.fine_tune import teacher
    from labkit.models.encoders import load_encoder

    if has_prepared_teacher(testbed):
        return place(teacher(testbed.whole, quiet=True))
    names = testbed.part.label_names
    model = place(load_encoder(CLASSROOM_TEACHER, testbed.classes, label_names=names))
    return with_weights(model, testbed.once("teacher", lambda: _fine_tuned(testbed, model)))


def _fine_tuned(testbed: Testbed, model: "PreTrainedModel") -> Tensors:
    from labkit.models.encoders import load_tokenizer

    part = testbed.for_teacher
    labels = list(part.train["label"])
    texts = encode(
        texts_of(part.train),
        load_tokenizer(CLASSROOM_TEACHER),
        labels,
        testbed.texts.max_length,
    )
    train(model, None, testbed, teacher_settings(testbed.scale), texts=texts)
    return named_weights(model)


def teacher_logits(testbed: Testbed) -> Tensors:
    """The teacher's logits on train, validation and test, and token vectors for students."""

    def ask() -> Tensors:
        from labkit.models.encoders import embedding_pca

        model = teacher_model(testbed)
        return logits_of_splits(model, testbed) | {
            "vectors": embedding_pca(model, testbed.scale.width)
        }

    return testbed.once("teacher_logits", ask)


def logits_of_splits(model: "PreTrainedModel", testbed: Testbed) -> Tensors:
    """A model's logits on train, validation and test, each (rows, classes)."""
    texts = testbed.texts
    splits = {"train": texts.train, "validation": texts.validation, "test": texts.test}
    return {name: predict(model, rows) for name, rows in splits.items()}


def assistant_weights(testbed: Testbed, seed: int) -> Tensors:
    """The assistant after stage 1: its weights and its logits."""

    def make() -> Tensors:
        model = new_assistant(testbed, seed)
        source = stored(testbed, teacher_logits(testbed)["train"])
        train(model, source, testbed, assistant_settings(testbed.scale, seed), repaired_zscore_kl)
        return logits_of_splits(model, testbed) | named_weights(model)

    return testbed.once(f"assistant_{seed}", make)


def new_assistant(testbed: Testbed, seed: int) -> "PreTrainedModel":
    """The same encoder as the teacher with fewer layers, before its first step."""
    from labkit.models.encoders import load_encoder

    layers = testbed.scale.assistant_layers
    return place(load_encoder(CLASSROOM_TEACHER, testbed.classes, layers, seed))


def first_student(testbed: Testbed, seed: int) -> Tensors:
    """The student after stage 1 (teacher, assistant, student): weights, logits, validation."""

    def make() -> Tensors:
        student = new_student(testbed, seed)
        source = stored(testbed, assistant_weights(testbed, seed)["train"])
        config = student_settings(testbed.scale.first_epochs, seed)
        best = train(student, source, testbed, config, repaired_zscore_kl)
        found = logits_of_splits(student, testbed) | named_weights(student)
        return found | {VALIDATION: torch.tensor([best])}

    return testbed.once(f"first_student_{seed}", make)


def with_weights(model: "PreTrainedModel", tensors: Tensors) -> "PreTrainedModel":
    """The model with the weights that lie beside its logits."""
    weights = {
        name[len(WEIGHT) :]: value for name, value in tensors.items() if name.startswith(WEIGHT)
    }
    model.load_state_dict(weights)
    return model


def named_weights(model: "PreTrainedModel") -> Tensors:
    """The weights of a model under names that keep them apart from its logits."""
    return {f"{WEIGHT}{name}": value for name, value in model.state_dict().items()}

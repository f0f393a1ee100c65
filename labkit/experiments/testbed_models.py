"""Teacher, assistant and first-stage students of a bench: trained once, then read from disk."""

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from labkit.data import study
from labkit.data.batches import Encoded, encode, texts_of
from labkit.evaluation.predict import predict
from labkit.experiments.scales import assistant_settings, student_settings, teacher_settings
from labkit.experiments.testbed import Bench, Tensors, has_prepared_teacher
from labkit.losses.by_name import SoftLoss, WithLabels
from labkit.losses.standardised import paper_kl
from labkit.methods.distill import DistillConfig, distill
from labkit.methods.recipes import CLASSROOM_TEACHER, MAX_LENGTH
from labkit.training.student_run import Teacher
from labkit.training.teacher_logits import StoredTargets

if TYPE_CHECKING:
    from transformers import PreTrainedModel

WEIGHT = "weight."
VALIDATION = "validation_accuracy"


def train(
    student: "PreTrainedModel",
    source: Teacher | None,
    bench: Bench,
    config: DistillConfig,
    soft_loss: SoftLoss | WithLabels = paper_kl,
    texts: Encoded | None = None,
) -> float:
    """Train a model in place to its best epoch; gives that epoch's validation accuracy.

    source: the teacher; None learns from the labels alone
    texts:  what to learn from, when it is not the bench's own training texts
    """
    best = math.nan
    held = bench.texts.validation
    learned = bench.texts.train if texts is None else texts
    for step in distill(student, source, learned, config, validation=held, soft_loss=soft_loss):
        if step.validation is not None:
            best = step.validation if math.isnan(best) else max(best, step.validation)
    return best


def stored(bench: Bench, logits: Tensor) -> StoredTargets:
    """Logits of the training texts as a teacher that a run can ask."""
    return StoredTargets(bench.texts.train, logits)


def new_student(bench: Bench, seed: int, extra: int = 0) -> "PreTrainedModel":
    """A BiLSTM before its first step, with token vectors taken from the teacher's.

    extra: parameters to have at least in addition, by a wider LSTM; 0 keeps the bench's width
    """
    from labkit.models.bilstm import build_bilstm
    from labkit.models.size import parameters

    vectors = teacher_logits(bench)["vectors"]
    hidden = bench.scale.hidden

    def build(width: int) -> "PreTrainedModel":
        return build_bilstm(len(vectors), bench.classes, vectors, seed, hidden_size=width)

    student = build(hidden)
    enough = parameters(student) + extra
    while parameters(student) < enough:
        hidden += 1
        student = build(hidden)
    return student


def teacher_model(bench: Bench) -> "PreTrainedModel":
    """The fine-tuned teacher of the bench; that of `labkit prepare` where it makes one."""
    from labkit.methods import fine_tune as teachers
    from labkit.models.encoders import load_encoder

    if has_prepared_teacher(bench):
        return teachers.teacher(study(bench.part.name), quiet=True)
    names = bench.part.label_names
    model = load_encoder(CLASSROOM_TEACHER, bench.classes, label_names=names)
    return with_weights(model, bench.kept("teacher", lambda: _fine_tuned(bench, model)))


def _fine_tuned(bench: Bench, model: "PreTrainedModel") -> Tensors:
    from labkit.models.encoders import load_tokenizer

    part = bench.for_teacher
    labels = list(part.train["label"])
    texts = encode(texts_of(part.train), load_tokenizer(CLASSROOM_TEACHER), labels, MAX_LENGTH)
    train(model, None, bench, teacher_settings(bench.scale), texts=texts)
    return named_weights(model)


def teacher_logits(bench: Bench) -> Tensors:
    """The teacher's logits on train, validation and test, and token vectors for students."""

    def ask() -> Tensors:
        from labkit.models.encoders import embedding_pca

        model = teacher_model(bench)
        return answers(model, bench) | {"vectors": embedding_pca(model, bench.scale.width)}

    return bench.kept("teacher_logits", ask)


def answers(model: "PreTrainedModel", bench: Bench) -> Tensors:
    """A model's logits on train, validation and test, each (rows, classes)."""
    texts = bench.texts
    splits = {"train": texts.train, "validation": texts.validation, "test": texts.test}
    return {name: predict(model, rows) for name, rows in splits.items()}


def assistant_weights(bench: Bench, seed: int) -> Tensors:
    """The assistant after stage 1: its weights and its logits."""

    def make() -> Tensors:
        model = new_assistant(bench, seed)
        source = stored(bench, teacher_logits(bench)["train"])
        train(model, source, bench, assistant_settings(bench.scale, seed), paper_kl)
        return answers(model, bench) | named_weights(model)

    return bench.kept(f"assistant_{seed}", make)


def new_assistant(bench: Bench, seed: int) -> "PreTrainedModel":
    """The same encoder as the teacher with fewer layers, before its first step."""
    from labkit.models.encoders import load_encoder

    return load_encoder(CLASSROOM_TEACHER, bench.classes, bench.scale.assistant_layers, seed)


def first_student(bench: Bench, seed: int) -> Tensors:
    """The student after stage 1 (teacher, assistant, student): weights, logits, validation."""

    def make() -> Tensors:
        student = new_student(bench, seed)
        source = stored(bench, assistant_weights(bench, seed)["train"])
        config = student_settings(bench.scale.first_epochs, seed)
        best = train(student, source, bench, config, paper_kl)
        found = answers(student, bench) | named_weights(student)
        return found | {VALIDATION: torch.tensor([best])}

    return bench.kept(f"first_student_{seed}", make)


def with_weights(model: "PreTrainedModel", kept: Tensors) -> "PreTrainedModel":
    """The model with the weights that were kept beside its logits."""
    found = {name[len(WEIGHT) :]: value for name, value in kept.items() if name.startswith(WEIGHT)}
    model.load_state_dict(found)
    return model


def named_weights(model: "PreTrainedModel") -> Tensors:
    """The weights of a model under names that keep them apart from its logits."""
    return {f"{WEIGHT}{name}": value for name, value in model.state_dict().items()}

"""What the two arms of the best students train: from labels alone, from the teacher alone."""

import math
import time
from typing import TYPE_CHECKING, Any

from labkit.compute import model_device, place
from labkit.data import study
from labkit.evaluation.measures import accuracy, macro_f1, parameters
from labkit.evaluation.predict import predict
from labkit.experiments.best_student.plan import HIDDEN, WIDTH, BestRun
from labkit.experiments.best_student.texts import material, own_teacher
from labkit.experiments.result import pack
from labkit.experiments.trial import versions
from labkit.losses.kl import logit_mse
from labkit.methods.distill import distill
from labkit.methods.recipes import student_steps
from labkit.training.config import DistillConfig, Weights
from labkit.training.teacher_logits import StoredTargets

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def train_best(run: BestRun) -> dict[str, Any]:
    """Train one student to its best epoch on validation; the test split is opened once, at the end.

    returns plain values: accuracies in [0, 1], parameters, processor seconds, right or wrong of
    each test text, packed
    """
    part = study(run.dataset)
    texts, more, answers = material(part, run.variants, run.transfer, run.teacher_after)
    student = new_student(run, own_teacher(part, run.teacher_after))
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
        "versions": versions(model_device(student).type),
    }


def config_of(run: BestRun, rows: int, more_rows: int) -> DistillConfig:
    """The settings of a run: both arms take as many steps, of the same sizes.

    rows: training texts; more_rows: training texts and their copies
    """
    distilled = run.arm == "distilled"
    steps = run.epochs * math.ceil(more_rows / run.batch_size)
    epochs = run.epochs if distilled else round(steps / math.ceil(rows / run.batch_size))
    config = DistillConfig(
        Weights(ce=0, kd=1) if distilled else Weights(ce=1, kd=0),
        epochs=max(1, epochs),
        batch_size=run.batch_size,
        seed=run.seed,
    )
    return student_steps(config, largest=run.learning_rate)


def new_student(run: BestRun, master: "PreTrainedModel") -> "PreTrainedModel":
    """A BiLSTM before its first step, with token vectors taken from the teacher's."""
    from labkit.models.bilstm import build_bilstm
    from labkit.models.encoders import embedding_pca

    vectors = embedding_pca(master, WIDTH).cpu()
    classes = master.config.num_labels or 2
    student = build_bilstm(
        len(vectors), classes, vectors, run.seed, hidden_size=HIDDEN, dropout=run.dropout
    )
    return place(student)

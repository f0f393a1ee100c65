"""Your own classifier in one call: a teacher learns your data, a small student learns from it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from labkit import paths
from labkit.compute import place
from labkit.data import Study
from labkit.data.catalog import entries
from labkit.data.encoding.encoded_study import EncodedStudy, encode_study
from labkit.evaluation.measures import accuracy
from labkit.evaluation.predict import predict
from labkit.evaluation.verdict import proportion_interval
from labkit.methods.distill import distill
from labkit.methods.fine_tune import teacher
from labkit.methods.recipes import CLASSROOM_TEACHER, EMBEDDING_SIZE, student_recipe
from labkit.models.encoders import embedding_pca, load_tokenizer
from labkit.models.saving import Card, save_student
from labkit.training.teacher_logits import TeacherLogits

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def own_student(
    part: Study, folder: Path | str, epochs: int = 10, seed: int = 0, quiet: bool = False
) -> float:
    """Distil a BiLSTM on a data set, write it into a folder, and give its test accuracy in [0, 1].

    Source: Hinton et al. 2015 (arXiv:1503.02531), with the settings of `student_recipe`.

    folder: weights, tokenizer, class names and model card; see `save_student`
    epochs: passes over the training texts, at least 1
    The teacher is MiniLM fine-tuned on the same training texts, which lies in the cache for the
    next time. The test split is opened once, at the end.
    errors: ValueError for a data set without classes
    """
    part.check_classes()
    tokenizer = load_tokenizer(CLASSROOM_TEACHER)
    texts = encode_study(part, tokenizer)
    student = _distilled(part, texts, epochs, seed, quiet)
    logits, labels = predict(student, texts.test), texts.test.labels
    assert labels is not None
    card = _card(part, int((logits.argmax(1) == labels).sum()), len(labels))
    save_student(folder, student, tokenizer, part.label_names, texts.max_length, card)
    return accuracy(logits, labels)


def _distilled(
    part: Study, texts: EncodedStudy, epochs: int, seed: int, quiet: bool
) -> "PreTrainedModel":
    from tqdm.auto import tqdm

    from labkit.models.bilstm import build_bilstm

    large = place(teacher(part, quiet=quiet))
    vectors = embedding_pca(large, min(EMBEDDING_SIZE, large.config.hidden_size)).cpu()
    student = place(build_bilstm(len(vectors), len(part.label_names), vectors, seed))
    answers = TeacherLogits(large, texts.train, paths.cache() / "logits")
    steps = distill(
        student, answers, texts.train, student_recipe(seed, epochs), validation=texts.validation
    )
    with tqdm(desc=f"student for {part.name}", file=sys.stderr, disable=quiet) as bar:
        for step in steps:
            bar.total = step.total
            bar.update(step.index + 1 - bar.n)
    return student


def _card(part: Study, correct: int, tests: int) -> Card:
    return Card(
        data=f"{part.name} ({part.source})",
        teacher=f"{CLASSROOM_TEACHER}, fine-tuned on the same training texts",
        accuracy=f"{proportion_interval(correct, tests)}, {tests} test texts",
        licences=f"data: {_licence(part.name)}; teacher: {_licence(CLASSROOM_TEACHER)}",
    )


def _licence(name: str) -> str:
    """The licence of a listed data set or model; nobody but the reader knows that of others."""
    known = entries().get(name)
    stated = {} if known is None else known.about.get("licence", {})
    return str(stated.get("data", "not stated, ask the owner"))

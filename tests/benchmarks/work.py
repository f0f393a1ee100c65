"""The work that every contender does: the same texts, teacher, student and loss."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch.nn.functional as F
from torch import Tensor, nn

from tests.benchmarks import torchvision_names  # isort: split

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from labkit.data import study
from labkit.data.encoding.encoded import Encoded, encode
from labkit.losses.kl import soft_kl
from labkit.models.bilstm import build_bilstm
from labkit.models.encoders import load_encoder, load_tokenizer

torchvision_names.declare()

ROWS, EPOCHS, BATCH, MAX_LENGTH, CLASSES = 2000, 3, 32, 64, 6
TEMPERATURE, CE, KD, LEARNING_RATE, DECAY = 2.0, 0.5, 0.5, 1e-3, 0.01


@dataclass(frozen=True)
class Work:
    """What is to be done; tokenising and loading models stay outside the clock."""

    texts: list[str]
    labels: list[int]
    tokenizer: PreTrainedTokenizerBase
    teacher: PreTrainedModel
    fresh_student: Callable[[], PreTrainedModel]
    """A new student, each time with the same weights."""
    epochs: int = EPOCHS
    batch_size: int = BATCH
    max_length: int = MAX_LENGTH

    @property
    def steps(self) -> int:
        """Optimizer steps of the whole run."""
        return self.epochs * -(-len(self.texts) // self.batch_size)

    def encoded(self) -> Encoded:
        """The texts as labkit holds them."""
        return encode(self.texts, self.tokenizer, self.labels, self.max_length)

    def rows(self) -> list[dict[str, list[int] | int]]:
        """The texts as other libraries hold them: one dictionary of lists per text."""
        found = self.tokenizer(self.texts, truncation=True, max_length=self.max_length)
        return [
            {"input_ids": ids, "attention_mask": [1] * len(ids), "labels": label}
            for ids, label in zip(found["input_ids"], self.labels, strict=True)
        ]

    def cut(self, rows: int, epochs: int) -> "Work":
        """The same work on the first rows only."""
        return replace(self, texts=self.texts[:rows], labels=self.labels[:rows], epochs=epochs)


def trec(student: str) -> Work:
    """The first 2000 training questions of TREC; `student` is "bilstm" or "bert2".

    The teacher's head is new: a fine-tuned one costs the same time.
    """
    train = study("trec").train.select(range(ROWS))
    tokenizer = load_tokenizer("minilm")
    makers = {"bilstm": _bilstm, "bert2": _bert2}
    return Work(
        list(train["text"]),
        list(train["label"]),
        tokenizer,
        without_dropout(load_encoder("minilm", CLASSES)).eval(),
        lambda: makers[student](len(tokenizer)),
    )


def _bilstm(vocabulary: int) -> PreTrainedModel:
    return build_bilstm(vocabulary, CLASSES, dropout=0.0)


def _bert2(vocabulary: int) -> PreTrainedModel:
    return without_dropout(load_encoder("minilm", CLASSES, layers=2))


def without_dropout(model: PreTrainedModel) -> PreTrainedModel:
    """The model with every dropout at 0, so that all contenders compute the same numbers."""
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    return model


def weighted_loss(logits: Tensor, target: Tensor, labels: Tensor) -> Tensor:
    """0.5 cross-entropy + 0.5 T^2 KL at T = 2: what every contender minimises."""
    return CE * F.cross_entropy(logits, labels) + KD * soft_kl(logits, target, TEMPERATURE)

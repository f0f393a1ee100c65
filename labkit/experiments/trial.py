"""One run of an experiment: what is asked for, and how it is measured."""

import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from labkit.compute import computes_bf16, model_device
from labkit.data.encoding.encoded import Encoded
from labkit.evaluation.measures import accuracy, macro_f1
from labkit.evaluation.predict import predict
from labkit.experiments.result import pack
from labkit.experiments.testbed import Testbed
from labkit.version import __version__

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class Trial:
    """One arm with one seed on one data set.

    It names its data set, since processes and files hold plain values; a run takes the `Study`.
    """

    dataset: str
    arm: str
    """One of `arms.ARMS`."""
    seed: int = 0
    """Decides first weights, order of the texts and dropout; 0 for arms without chance."""
    kd: float = 0.0
    """Weight of the soft loss in stage 2, the paper's alpha."""
    gan: float = 0.0
    """Weight of the adversarial loss in stage 2, the paper's beta."""
    option: str = ""
    """What else sets the arm apart: a sharing strategy, a reading, a loss."""
    scale: str = "classroom"
    rows: str = ""
    """Fingerprint of the rows and of the scale, so that other rows are another trial."""

    def __post_init__(self) -> None:
        for name in ("kd", "gan"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"the weight {name} must be in [0, 1], got {getattr(self, name)}")
        if self.kd + self.gan > 1 + 1e-9:
            raise ValueError(
                f"kd + gan must be at most 1 (alpha + beta <= 1), got {self.kd} + {self.gan}"
            )
        if self.seed < 0:
            raise ValueError(f"seed must be at least 0, got {self.seed}")

    @property
    def ce(self) -> float:
        """Weight of the labels: what the other two leave."""
        return abs(round(1 - self.kd - self.gan, 9))


@dataclass(frozen=True)
class Answers:
    """What an arm hands back before it is measured: logits, not yet a result."""

    logits: Tensor
    """(test rows, classes), or the first test rows when the arm reads no more."""
    validation: float = float("nan")
    """Validation accuracy of the checkpoint, in [0, 1]; nan where none was chosen."""
    notes: dict[str, float] | None = None
    """Other numbers of the run, such as the discriminator's accuracy."""
    spent: float | None = None
    """Processor seconds of the training, where it was done before and read from disk."""
    device: str = ""
    """The kind of device that the weights were on; "" where there were none."""


def answers_of(
    model: "PreTrainedModel",
    texts: Encoded,
    validation: float,
    notes: dict[str, float] | None = None,
) -> Answers:
    """What a trained model answers to the test texts, and where it computed."""
    return Answers(predict(model, texts), validation, notes, device=model_device(model).type)


def measure(
    trial: Trial, testbed: Testbed, arm: Callable[[Testbed, Trial], Answers]
) -> dict[str, Any]:
    """Run one arm on a testbed and put what came out into plain values."""
    if trial.rows and trial.rows != testbed.folder.name:
        raise ValueError(
            f"the rows of {trial.dataset} are {testbed.folder.name}, wanted {trial.rows}; "
            "the data changed since the trials were planned: run the command again"
        )
    begun, worked = time.perf_counter(), time.process_time()
    found = arm(testbed, trial)
    spent = time.process_time() - worked if found.spent is None else found.spent
    assert testbed.texts.test.labels is not None
    labels = testbed.texts.test.labels[: len(found.logits)]
    return {
        "accuracy": accuracy(found.logits, labels),
        "macro_f1": macro_f1(found.logits, labels),
        "validation": None if np.isnan(found.validation) else round(found.validation, 6),
        "seconds": round(time.perf_counter() - begun, 2),
        "cpu_seconds": round(spent, 2),
        "tests": len(labels),
        "correct": pack((found.logits.argmax(-1) == labels).numpy()),
        "notes": found.notes or {},
        "versions": versions(found.device),
    }


def versions(where: str = "") -> str:
    """What computed a result: labkit, Python, torch and the number type, in one line.

    where: the kind of device that the weights were on, such as "cuda"; "" for no weights
    """
    on = torch.device(where or "cpu")
    numbers = "bfloat16" if computes_bf16(on, "auto") else "float32"
    return (
        f"labkit {__version__}, Python {platform.python_version()}, torch {torch.__version__}, "
        f"{on.type} {numbers}, {torch.get_num_threads()} thread(s)"
    )

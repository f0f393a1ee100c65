"""TextBrewer's GeneralDistiller, with dynamic padding.

Its soft loss is cross-entropy with the teacher without T^2, so the weight 0.5 * T^2 is given by
hand; the teacher's entropy, a constant, is taken off before losses are compared.
"""

import tempfile
from typing import Any

import torch
from textbrewer import DistillationConfig, GeneralDistiller, TrainingConfig
from torch.utils.data import DataLoader
from transformers import DataCollatorWithPadding

from tests.benchmarks.meter import Meter
from tests.benchmarks.work import CE, DECAY, KD, LEARNING_RATE, TEMPERATURE, Work

KD_TIMES_T2 = KD * TEMPERATURE**2


def textbrewer(work: Work, meter: Meter) -> None:
    """As its examples do it: logits and label loss through adaptors."""
    padded = DataCollatorWithPadding(work.tokenizer)
    student = meter.watch(work.fresh_student()).train()
    with meter, tempfile.TemporaryDirectory() as folder:
        batches = DataLoader(
            work.rows(), work.batch_size, shuffle=True, collate_fn=lambda rows: dict(padded(rows))
        )
        settings = DistillationConfig(
            temperature=TEMPERATURE, hard_label_weight=CE, kd_loss_weight=KD_TIMES_T2
        )
        run = Watched(
            TrainingConfig(output_dir=folder, device="cpu"),
            settings,
            work.teacher,
            student,
            lambda batch, out: {"logits": (out.logits,)},
            lambda batch, out: {"logits": (out.logits,), "losses": (out.loss,)},
        )
        run.meter = meter
        optimizer = torch.optim.AdamW(student.parameters(), LEARNING_RATE, weight_decay=DECAY)
        with run:
            run.train(optimizer, batches, num_epochs=work.epochs)


class Watched(GeneralDistiller):
    """GeneralDistiller whose first loss is noted; nothing else is changed."""

    meter: Meter

    def compute_loss(self, results_S: dict[str, Any], results_T: dict[str, Any]) -> Any:
        """Its own loss, and for the meter the same without the teacher's entropy."""
        total, parts = super().compute_loss(results_S, results_T)
        softened = torch.log_softmax(results_T["logits"][0] / TEMPERATURE, dim=-1)
        entropy = -(softened.exp() * softened).sum(-1).mean()
        self.meter.saw(total - KD_TIMES_T2 * entropy)
        return total, parts

"""Hugging Face Trainer: as its users commonly distil with it, and as a skilled user would."""

import tempfile
from typing import Any

import torch
from datasets import Dataset
from torch import Tensor
from transformers import DataCollatorWithPadding, PreTrainedModel, Trainer, TrainingArguments

from tests.benchmarks.contenders_labkit import teacher_pass
from tests.benchmarks.meter import Meter
from tests.benchmarks.work import DECAY, LEARNING_RATE, Work, weighted_loss


class DistillTrainer(Trainer):
    """`compute_loss` asks the teacher, or takes the logits that came with the batch."""

    def __init__(self, teacher: PreTrainedModel | None, meter: Meter, **rest: Any) -> None:
        super().__init__(**rest)
        self.teacher, self.meter = teacher, meter

    def compute_loss(
        self,
        model: PreTrainedModel,
        inputs: dict[str, Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | None = None,
    ) -> Tensor:
        labels = inputs.pop("labels")
        target = inputs.pop("teacher_logits", None)
        if self.teacher is not None:
            with torch.no_grad():
                target = self.teacher(**inputs).logits
        loss = weighted_loss(model(**inputs).logits, target, labels)
        self.meter.saw(loss)
        return loss


def trainer(work: Work, meter: Meter) -> None:
    """Dynamic padding, the teacher asked at each step."""
    rows = Dataset.from_list(work.rows())
    student = meter.watch(work.fresh_student())
    with meter, tempfile.TemporaryDirectory() as folder:
        _train(work, meter, student, rows, work.teacher, folder, "random")


def skilled_trainer(work: Work, meter: Meter) -> None:
    """Grouped lengths, and a column of teacher logits computed once in large even batches."""
    rows = Dataset.from_list(work.rows())
    student = meter.watch(work.fresh_student())
    with meter, tempfile.TemporaryDirectory() as folder:
        logits = teacher_pass(work, "float32").all()
        rows = rows.add_column("teacher_logits", logits.tolist())
        _train(work, meter, student, rows, None, folder, "group_by_length")


def _train(
    work: Work,
    meter: Meter,
    student: PreTrainedModel,
    rows: Dataset,
    teacher: PreTrainedModel | None,
    folder: str,
    sampling: str,
) -> None:
    arguments = TrainingArguments(
        output_dir=folder,
        per_device_train_batch_size=work.batch_size,
        num_train_epochs=work.epochs,
        learning_rate=LEARNING_RATE,
        weight_decay=DECAY,
        max_grad_norm=0,
        train_sampling_strategy=sampling,
        remove_unused_columns=False,
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        use_cpu=True,
    )
    collator = DataCollatorWithPadding(work.tokenizer)
    run = DistillTrainer(
        teacher, meter, model=student, args=arguments, train_dataset=rows, data_collator=collator
    )
    run.train()

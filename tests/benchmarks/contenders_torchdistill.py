"""torchdistill's DistillationBox, with dynamic padding and its own KDLoss on the classifier."""

from typing import Any

import torch
from torch.utils.data import RandomSampler
from torchdistill.core.distillation import get_distillation_box
from torchdistill.datasets.registry import register_collate_func
from torchdistill.losses import mid_level  # puts KDLoss into torchdistill's table of losses
from transformers import DataCollatorWithPadding

from tests.benchmarks.meter import Meter
from tests.benchmarks.work import CE, DECAY, KD, LEARNING_RATE, TEMPERATURE, Work


def torchdistill(work: Work, meter: Meter) -> None:
    """As its text examples do it: a box from a configuration, and the loop around it."""
    student = meter.watch(work.fresh_student())
    register_collate_func(DataCollatorWithPadding(work.tokenizer).__call__, key="dynamic")
    with meter:
        box = get_distillation_box(
            work.teacher,
            student,
            {"train": work.rows()},
            _settings(work),
            torch.device("cpu"),
            None,
            False,
            1,
        )
        for epoch in range(work.epochs):
            box.pre_epoch_process(epoch=epoch)
            for batch in box.train_data_loader:
                box.pre_forward_process()
                labels = batch.pop("labels")
                loss = box.forward_process(dict(batch), labels, None)
                meter.saw(loss)
                box.post_forward_process(loss=loss)
    box.clean_modules()


def _settings(work: Work) -> dict[str, Any]:
    on_logits = {
        "student_module_path": "classifier",
        "student_module_io": "output",
        "teacher_module_path": "classifier",
        "teacher_module_io": "output",
        "temperature": TEMPERATURE,
        "alpha": CE,
        "beta": KD,
    }
    kd = {"criterion": {"key": mid_level.KDLoss.__name__, "kwargs": on_logits}, "weight": 1.0}
    hook = {"forward_hook": {"input": [], "output": ["classifier"]}}
    forward = {"forward_proc": "forward_batch_only_as_kwargs"}
    return {
        "num_epochs": work.epochs,
        "train_data_loader": {
            "dataset_id": "train",
            "requires_supp": False,
            "sampler": {"class_or_func": RandomSampler, "kwargs": {}},
            "collate_fn": "dynamic",
            "kwargs": {"batch_size": work.batch_size},
        },
        "teacher": {**hook, **forward, "requires_grad": False},
        "student": {**hook, **forward, "requires_grad": True},
        "optimizer": {
            "key": "AdamW",
            "kwargs": {"lr": LEARNING_RATE, "weight_decay": DECAY},
        },
        "criterion": {"key": "WeightedSumLoss", "kwargs": {"sub_terms": {"kd": kd}}},
    }

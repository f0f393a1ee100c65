"""A tiny student on several processes, begun by torchrun; each process says what it has seen."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import save_file

from labkit.data.batches import collate
from labkit.methods.distill import Step, distill
from labkit.models.bilstm import BiLSTMForSequenceClassification
from labkit.training import ranks
from labkit.training.teacher_logits import TeacherLogits
from tests.helpers import tiny

CONFIG = replace(tiny.QUICK, precision="float32")
ROWS = 49  # the last batch of each pass has one text, so one of two processes has none
STOP = 8


def student(seed: int = 0) -> BiLSTMForSequenceClassification:
    """Without dropout, which would draw other numbers on each process."""
    return tiny.bilstm(dropout=0.0, seed=seed)


def train(model, folder: Path | None = None, stop: int | None = None) -> list[Step]:
    """A run, or its first steps; in a folder it goes on where it was left."""
    texts = tiny.encoded(ROWS)
    teacher = TeacherLogits(tiny.bert(), texts)
    checked = tiny.encoded(20, seed=9)
    steps = []
    for step in distill(model, teacher, texts, CONFIG, validation=checked, folder=folder):
        steps.append(step)
        if step.index + 1 == stop:
            break
    return steps


def refused(rank: int) -> str:
    """What is said when the processes begin with other students."""
    try:
        train(student(seed=rank), stop=1)
    except ValueError as error:
        return str(error)
    return ""


def main(folder: Path) -> None:
    """A whole run, one that is stopped, and one that goes on with what one process has begun."""
    torch.set_num_threads(1)
    with ranks.joined() as joined:
        models = {name: student() for name in ("whole", "stopped", "gone_on")}
        steps = train(models["whole"])
        train(models["stopped"], folder / "stopped", stop=STOP)
        train(models["gone_on"], folder / "begun_alone")
        batch = torch.arange(8)
        share = joined.share(batch)
        said = {
            "rank": joined.rank,
            "count": joined.count,
            "rows": share.rows.tolist(),
            "texts": len(collate(tiny.encoded(ROWS), share.rows)),
            "losses": [step.loss for step in steps],
            "accuracies": [step.accuracy for step in steps],
            "validation": [step.validation for step in steps],
            "refused": refused(joined.rank),
        }
        (folder / f"rank{joined.rank}.json").write_text(json.dumps(said), encoding="utf-8")
        for name, model in models.items():
            save_file(tiny.weights(model), folder / f"{name}{joined.rank}.safetensors")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

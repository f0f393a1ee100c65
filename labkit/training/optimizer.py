"""How large each step is, and the optimizer that takes it."""

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from labkit.training.config import DistillConfig

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def warmup_then_decay(step: int, total: int, warmup_share: float = 0.1) -> float:
    """A factor in (0, 1]: up in a straight line, then down in a straight line.

    step: 0 to total - 1; warmup_share: share of all steps spent going up
    """
    warmup = max(1, round(total * warmup_share))
    if step < warmup:
        return (step + 1) / warmup
    return max(0.0, (total - step) / max(1, total - warmup))


def make_optimizer(student: "PreTrainedModel", config: DistillConfig) -> torch.optim.AdamW:
    """AdamW in two groups: the embedding table without weight decay, and the rest."""
    table = list(student.get_input_embeddings().parameters())
    in_table = {id(weight) for weight in table}
    rest = [w for w in student.parameters() if w.requires_grad and id(w) not in in_table]
    table_rate = config.embedding_learning_rate or config.learning_rate
    groups: list[dict[str, Any]] = [
        {"params": rest, "lr": config.learning_rate, "weight_decay": config.weight_decay},
        {"params": table, "lr": table_rate, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, fused=True)


def optimizer_tensors(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """The optimizer's state as named tensors, ready for a checkpoint."""
    return {
        f"optimizer.{number}.{name}": value
        for number, state in optimizer.state_dict()["state"].items()
        for name, value in state.items()
    }


def restore_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Put the state named by `optimizer_tensors` back."""
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        if key.startswith("optimizer."):
            _, number, name = key.split(".", 2)
            state.setdefault(int(number), {})[name] = value
    whole = optimizer.state_dict()
    optimizer.load_state_dict({"state": state, "param_groups": whole["param_groups"]})

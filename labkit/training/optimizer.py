"""How large each step is, and the optimizer that takes it."""

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

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


def refuse_bad_loss(loss: Tensor, step: int) -> None:
    """Stop before a loss that is not a number can spoil the weights."""
    if not torch.isfinite(loss):
        raise FloatingPointError(
            f"the loss of step {step} is {loss.item()}; lower the learning rate, "
            "or look for empty texts or labels that are not numbers"
        )


def clip_gradient(model: nn.Module, largest: float, step: int) -> None:
    """Shorten the gradient to a norm of at most `largest`; 0 leaves it as it is.

    errors: FloatingPointError for a gradient that is not finite, which a finite loss can have:
            clipping would make all of it 0 or NaN, and the step would spoil the weights
    """
    if not largest:
        return
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), largest)
    if torch.isfinite(norm):
        return
    found = [name for name, weight in model.named_parameters() if not _is_finite(weight.grad)]
    if found:  # of finite numbers that are too large to be squared the norm is infinite too
        raise FloatingPointError(
            f"the gradient of step {step} is infinite or NaN, first in {found[0]}; lower the "
            "learning rate, or look for a loss without a slope, such as the root of 0"
        )


def _is_finite(gradient: Tensor | None) -> bool:
    return gradient is None or bool(torch.isfinite(gradient).all())


def optimizer_tensors(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """The optimizer's state as named tensors, ready for a checkpoint."""
    return {
        f"optimizer.{number}.{name}": value
        for number, state in optimizer.state_dict()["state"].items()
        for name, value in state.items()
    }


def restore_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Put a copy of the state named by `optimizer_tensors` back.

    Trap: torch's optimizers take the tensors of a state as they are and move them at the next
    step, so without a copy two optimizers of one state would move one another's.
    """
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        if key.startswith("optimizer."):
            _, number, name = key.split(".", 2)
            state.setdefault(int(number), {})[name] = value.clone()
    whole = optimizer.state_dict()
    optimizer.load_state_dict({"state": state, "param_groups": whole["param_groups"]})

"""Small pieces of distillation code with one mistake each, for "find the bug".

Every mistake was once shipped by a public toolkit; the code here is our own. The names do not
say what is wrong, so that a student can look at the symptom first and at the lines second.
"""

import ast
import inspect
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labkit.data.batches import Batch, collate, shuffled_rows
from labkit.data.encoding.encoded import Encoded


def loss_a(student: Tensor, teacher: Tensor, temperature: float = 2.0) -> Tensor:
    """The soft loss of batch logits (batch, classes), with one mistake."""
    log_p = F.log_softmax(student / temperature, dim=-1)
    q = F.softmax(teacher.detach() / temperature, dim=-1)
    divergence = F.kl_div(log_p, q, reduction="none")
    return divergence.mean() * temperature**2


def loss_b(student: Tensor, teacher: Tensor, temperature: float = 2.0) -> Tensor:
    """The soft loss of batch logits (batch, classes), with one mistake."""
    log_p = F.log_softmax(student / temperature, dim=-1)
    q = F.softmax(teacher.detach() / temperature, dim=-1)
    divergence = F.kl_div(log_p, q, reduction="none")
    return divergence.sum(dim=-1).mean()


def logits_c(teacher: nn.Module, student: nn.Module, batch: Batch) -> Tensor:
    """The teacher's logits (batch, classes) for one batch of a training loop, with one mistake."""
    both = nn.ModuleDict({"teacher": teacher, "student": student})
    both.train()
    with torch.no_grad():
        output = both["teacher"](batch.input_ids, batch.attention_mask)
    return output.logits.float()


def stored_d(
    teacher: Callable[[Batch], Tensor], texts: Encoded, batch_size: int = 32, seed: int = 0
) -> Tensor:
    """The stored logits that each text meets in the second epoch, (rows, classes), one mistake."""
    first = torch.cat(shuffled_rows(texts, batch_size, seed, epoch=0))
    stored = torch.cat([teacher(collate(texts, rows)) for rows in first.split(batch_size)])
    second = torch.cat(shuffled_rows(texts, batch_size, seed, epoch=1))
    met = torch.empty_like(stored)
    met[second] = stored
    return met


def listing(function: Callable[..., object]) -> str:
    """The source of a function with numbered lines, its docstring left out."""
    lines = inspect.getsource(function).splitlines()
    body = ast.parse("\n".join(lines)).body[0]
    assert isinstance(body, ast.FunctionDef)
    first = body.body[0]
    docstring = range(first.lineno, (first.end_lineno or 0) + 1) if ast.get_docstring(body) else ()
    code = [line for number, line in enumerate(lines, 1) if number not in docstring]
    return "\n".join(f"{number:2}  {line}" for number, line in enumerate(code, 1))

"""What TRL takes for granted about a student, made true or refused before the first step."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from labkit.compute import model_device
from labkit.llm.scoring import in_eval

if TYPE_CHECKING:
    from transformers import PreTrainedModel, TrainingArguments

START = "start"
"""Inside the trainer's folder: the student before its first step."""
APART = 1e-2
"""Largest difference of logits that a padded prompt may make."""


@contextmanager
def first_weights(student: "PreTrainedModel", args: "TrainingArguments") -> Iterator[None]:
    """Inside, the student's name is a folder with its weights of now, written for this.

    TRL loads the reference of its KL by the student's name: a student trained since it was loaded
    would be held to what it was before that, and one made in memory to nothing. A run that has
    checkpoints keeps the reference it began with.
    """
    folder = Path(str(args.output_dir)) / START
    with args.main_process_first(local=False):
        began = any(folder.parent.glob("checkpoint-*")) and folder.exists()
        if args.process_index == 0 and not began:
            student.save_pretrained(folder)
    name, student.config._name_or_path = student.config._name_or_path, str(folder)
    try:
        yield
    finally:
        student.config._name_or_path = name


@torch.no_grad()
def check_padding(model: "PreTrainedModel", lengths: Sequence[int]) -> None:
    """ValueError for a model that reads a prompt otherwise when something stands to its left.

    lengths: tokens of each prompt; nothing is padded where all are the same
    TRL gives no positions with a padded row, so a model with a table of positions, such as GPT-2,
    would learn from other places than those where it wrote. Rotary positions do not mind.
    """
    if len(set(lengths)) < 2:
        return
    where = model_device(model)
    ids = torch.tensor([[2, 3, 2]], device=where) % model.config.vocab_size
    wide = torch.cat([ids[:, :1], ids], 1)
    mask = torch.tensor([[0, 1, 1, 1]], device=where)
    with in_eval(model):
        alone = model(input_ids=ids, use_cache=False).logits[:, -1].float()
        padded = model(input_ids=wide, attention_mask=mask, use_cache=False).logits[:, -1].float()
    apart = (alone - padded).abs().max().item()
    if apart > APART:
        raise ValueError(
            f"the {type(model).__name__} reads a prompt otherwise behind padding (logits differ by "
            f"{apart:.2g}), and TRL pads prompts of unlike length; take a model with rotary "
            "positions such as Llama or Qwen, prompts of one length, or labkit's own runs"
        )

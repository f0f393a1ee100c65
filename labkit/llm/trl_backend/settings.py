"""What labkit's configurations are called in TRL, and what has no place there."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from labkit.compute import computes_bf16
from labkit.llm.config import Descent, RunConfig
from labkit.llm.gad.config import GadConfig
from labkit.llm.rollouts import Sampling
from labkit.llm.white_box import WhiteBoxConfig

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    Optimizers = tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LambdaLR]

BETAS = {"forward_kl": 0.0, "reverse_kl": 1.0}
"""Divergence -> TRL's beta; that of "jsd" is its own."""


def processes() -> int:
    """How many processes a launcher such as torchrun started; 1 without one."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def shared(config: RunConfig, folder: Path | str, rows: int, steps: int) -> dict[str, Any]:
    """What all trainers are told; TRL's own defaults of bfloat16 and recomputing are switched off.

    rows:   answers a step over all processes
    errors: ValueError when the processes cannot share them evenly
    """
    count, graphics = processes(), torch.cuda.is_available()
    where = torch.device("cuda" if graphics else "cpu")
    if rows % count:
        raise ValueError(
            f"got {rows} answers a step for {count} processes, wanted a multiple of {count}; "
            "change batch_size"
        )
    return {
        "output_dir": str(folder),
        "max_steps": steps,
        "per_device_train_batch_size": rows // count,
        "learning_rate": config.student.learning_rate,
        "weight_decay": config.student.weight_decay,
        "max_grad_norm": config.student.clip,
        "seed": config.seed,
        "save_steps": config.save_every,
        "logging_steps": 1,
        "use_cpu": not graphics,
        "bf16": computes_bf16(where, config.precision),
        "gradient_checkpointing": False,
        "report_to": "none",
        "disable_tqdm": True,
    }


def sampled(how: Sampling) -> dict[str, Any]:
    """How a student writes: one temperature and no filter, so that what is sampled is scored."""
    return {"temperature": how.temperature, "top_p": 1.0, "top_k": 0}


def gad_settings(config: GadConfig, folder: Path | str) -> dict[str, Any]:
    """The arguments of TRL's GRPOConfig.

    A discriminator learns once for each batch of answers, from which the student learns `updates`
    times; a checkpoint comes after so many batches, not after so many updates. Warm-up steps are
    steps of the trainer in which the student's step size is 0.
    """
    rows = config.batch_size * config.group_size
    steps = config.turns * config.updates
    return {
        **shared(config, folder, rows, steps),
        **sampled(config.sampling),
        # A run that went on between two updates would write other answers and learn from them.
        "save_steps": config.save_every * config.updates,
        "max_completion_length": config.sampling.max_tokens,
        "num_generations": config.group_size,
        "num_iterations": config.updates,
        "beta": config.kl,
        # Else TRL weighs the KL by the ratio: the same value, but another slope than GAD's.
        "use_bias_correction_kl": False,
        "epsilon": config.clip,
        "loss_type": "bnpo" if config.reduction == "tokens" else "grpo",
        "scale_rewards": "group" if config.scale == "std" else "none",
    }


def white_box_settings(config: WhiteBoxConfig, folder: Path | str) -> dict[str, Any]:
    """The arguments that TRL's DistillationConfig and GKDConfig share.

    errors: ValueError for a divergence or a temperature of the loss that TRL does not have
    """
    if config.divergence not in (*BETAS, "jsd"):
        raise ValueError(
            f"got {config.divergence}, which TRL does not have; wanted forward_kl, reverse_kl or "
            "jsd, or labkit's own white_box"
        )
    heat = config.sampling.temperature if config.sampling else 1.0
    wanted = heat if config.own_share == 1 else 1.0
    if config.temperature != wanted:
        raise ValueError(
            f"got temperature {config.temperature} in the loss, wanted {wanted}: TRL's loss takes "
            "that of sampling where all answers are the student's own, and else 1"
        )
    beta = config.beta if config.divergence == "jsd" else BETAS[config.divergence]
    made = shared(config, folder, config.batch_size, config.steps)
    return {**made, "beta": beta, "temperature": heat, "disable_dropout": True}


def optimizers(
    student: "PreTrainedModel", how: Descent, steps: int, warmup: int = 0
) -> "Optimizers":
    """labkit's AdamW with the step size of `Descent`; 0 during the first `warmup` steps."""
    weights = [weight for weight in student.parameters() if weight.requires_grad]
    found = torch.optim.AdamW(
        weights, how.learning_rate, (0.9, 0.98), weight_decay=how.weight_decay
    )

    def factor(step: int) -> float:
        return 0.0 if step < warmup else how.factor(step - warmup, steps)

    return found, torch.optim.lr_scheduler.LambdaLR(found, factor)

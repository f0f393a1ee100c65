"""TRL saves the student alone; this callback saves and brings back its discriminator too."""

from pathlib import Path
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from labkit.llm.trl_backend.reward import DiscriminatorReward
from labkit.training.checked_tensors import read_tensors, write_tensors

FILE = "discriminator.safetensors"
"""Inside each checkpoint of the trainer: weights, optimizer and how often it has learnt."""


class DiscriminatorKeeper(TrainerCallback):
    """Begins, saves and resumes the reward as TRL's trainer begins, saves and resumes.

    reward: the one that the trainer calls
    resumed_from: the checkpoint's folder; None for the one that the trainer's own folder holds
    errors: ValueError when training goes on from a checkpoint without a discriminator
    """

    def __init__(self, reward: DiscriminatorReward, resumed_from: Path | str | None = None) -> None:
        self.reward, self.resumed_from = reward, resumed_from

    def on_train_begin(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **given: Any,
    ) -> None:
        """Let all processes start alike, and put the saved one back where training goes on."""
        self.reward.begin(given["model"])
        if state.global_step:
            folder = self.resumed_from or _checkpoint(args, state)
            load(self.reward, Path(folder) / FILE)

    def on_save(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **given: Any,
    ) -> None:
        """Write the discriminator beside the student."""
        if state.is_world_process_zero:
            save(self.reward, _checkpoint(args, state) / FILE)


def save(reward: DiscriminatorReward, file: Path) -> None:
    """Write down all that its next step depends on."""
    write_tensors(file, reward.learning.tensors(), {"calls": float(reward.calls)})


def load(reward: DiscriminatorReward, file: Path) -> None:
    """Go on from what `save` wrote; ValueError where there is none."""
    if not file.exists():
        raise ValueError(
            f"{file.parent.name} holds no {FILE}, so its discriminator is lost; train from the "
            "start, or give DiscriminatorKeeper the folder as resumed_from"
        )
    tensors, told = read_tensors(file)
    reward.learning.restore(tensors)
    reward.calls = int(told["calls"])


def _checkpoint(args: TrainingArguments, state: TrainerState) -> Path:
    return Path(str(args.output_dir)) / f"checkpoint-{state.global_step}"

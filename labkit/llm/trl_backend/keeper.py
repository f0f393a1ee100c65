"""TRL saves the student alone; here its discriminator is saved and both are brought back."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from labkit.llm.trl_backend.reward import DiscriminatorReward
from labkit.training.checked_tensors import read_tensors, write_tensors

if TYPE_CHECKING:
    from transformers import PreTrainedModel, TrainerCallback
    from trl import GRPOTrainer

FILE = "discriminator.safetensors"
"""Inside each checkpoint of the trainer: weights, optimizer and how often it has learnt."""


def discriminator_keeper(
    reward: DiscriminatorReward, resumed_from: Path | str | None = None
) -> "TrainerCallback":
    """A callback that begins, saves and resumes the reward as TRL's trainer does its student.

    reward: the one that the trainer calls
    resumed_from: the checkpoint's folder; None for the one that the trainer's own folder holds
    errors: ValueError when training goes on from a checkpoint without a discriminator
    """
    from transformers import TrainerCallback

    class Keeper(TrainerCallback):
        def on_train_begin(self, args: Any, state: Any, control: Any, **given: Any) -> None:
            reward.begin(given["model"])
            if state.global_step:
                folder = resumed_from or _checkpoint(args, state)
                load(reward, Path(folder) / FILE)

        def on_save(self, args: Any, state: Any, control: Any, **given: Any) -> None:
            if state.is_world_process_zero:
                save(reward, _checkpoint(args, state) / FILE)

    return Keeper()


def save(reward: DiscriminatorReward, file: Path) -> None:
    """Write down all that its next step depends on."""
    write_tensors(file, reward.learning.tensors(), {"calls": float(reward.calls)})


def load(reward: DiscriminatorReward, file: Path) -> None:
    """Go on from what `save` wrote; ValueError where there is none."""
    if not file.exists():
        raise ValueError(
            f"{file.parent.name} holds no {FILE}, so its discriminator is lost; resume from an "
            "earlier checkpoint, or give discriminator_keeper the folder as resumed_from"
        )
    tensors, told = read_tensors(file)
    reward.learning.restore(tensors)
    reward.calls = int(told["calls"])


def go_on(trainer: "GRPOTrainer") -> None:
    """Train to the last step, from the newest whole checkpoint of the trainer's folder.

    A run that has ended is brought back and not trained: TRL itself would take one more step.
    """
    newest = newest_checkpoint(Path(str(trainer.args.output_dir)))
    if newest is None or _step(newest) < trainer.args.max_steps:
        trainer.train(resume_from_checkpoint=None if newest is None else str(newest))
        return
    student = cast("PreTrainedModel", trainer.model)
    ended = type(student).from_pretrained(newest, dtype=student.dtype)
    student.load_state_dict(ended.state_dict())
    load(cast(DiscriminatorReward, trainer.reward_funcs[0]), newest / FILE)


def newest_checkpoint(folder: Path) -> Path | None:
    """The last checkpoint with a discriminator, which is written last; None without any.

    One that has none was being written when its run was killed.
    """
    whole = [file.parent for file in folder.glob(f"checkpoint-*/{FILE}")]
    return max(whole, key=_step, default=None)


def _step(checkpoint: Path) -> int:
    return int(checkpoint.name.rpartition("-")[2])


def _checkpoint(args: Any, state: Any) -> Path:
    return Path(str(args.output_dir)) / f"checkpoint-{state.global_step}"

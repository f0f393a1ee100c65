"""A run on disk: what was asked for, what happened at each step, and how to go on after a stop."""

import json
import platform
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from labkit.files import write_atomically, write_json
from labkit.version import __version__

PACKAGES = ("torch", "transformers", "datasets")


@dataclass(frozen=True)
class Snapshot:
    """Everything a run needs to go on: tensors by name, and a few numbers."""

    tensors: dict[str, Tensor]
    numbers: dict[str, Any]


class RunFolder:
    """A folder with config.json, metrics.jsonl and checkpoint.safetensors.

    The checkpoint is one file, so it is never half of one step and half of another. Lines of
    metrics.jsonl past the checkpoint are dropped when the run goes on.

    errors: ValueError when the folder holds a run with another configuration
    """

    def __init__(self, folder: Path, description: dict[str, Any]) -> None:
        self.folder = folder
        self.metrics = folder / "metrics.jsonl"
        self.checkpoint = folder / "checkpoint.safetensors"
        folder.mkdir(parents=True, exist_ok=True)
        self._check_description(json.loads(json.dumps(description)))

    def _check_description(self, wanted: dict[str, Any]) -> None:
        file = self.folder / "config.json"
        if not file.exists():
            write_json(file, {"run": wanted, "versions": versions()})
            return
        found = json.loads(file.read_text(encoding="utf-8"))["run"]
        names = set(found) | set(wanted)
        other = sorted(name for name in names if found.get(name) != wanted.get(name))
        if other:
            raise ValueError(
                f"the folder {self.folder.name!r} holds a run with another {', '.join(other)}; "
                "choose another folder, or delete this one to start again"
            )

    def append(self, line: dict[str, Any]) -> None:
        """Add one line to metrics.jsonl."""
        with self.metrics.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def lines(self) -> list[dict[str, Any]]:
        """The whole lines of metrics.jsonl; a line cut short by a stop is left out."""
        if not self.metrics.exists():
            return []
        found = []
        for line in self.metrics.read_text(encoding="utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except json.JSONDecodeError:
                break
        return found

    def cut_metrics(self, steps: int) -> None:
        """Keep the first `steps` lines of metrics.jsonl."""
        kept = "".join(json.dumps(line) + "\n" for line in self.lines()[:steps])
        with write_atomically(self.metrics) as temporary:
            temporary.write_text(kept, encoding="utf-8")

    def save(self, snapshot: Snapshot) -> None:
        """Write the checkpoint, whole or not at all."""
        from safetensors.torch import save_file

        tensors = {name: value.detach().contiguous() for name, value in snapshot.tensors.items()}
        with write_atomically(self.checkpoint) as temporary:
            save_file(tensors, temporary, metadata={"numbers": json.dumps(snapshot.numbers)})

    def load(self) -> Snapshot | None:
        """The last checkpoint, or None when the run has none."""
        if not self.checkpoint.exists():
            return None
        from safetensors import safe_open

        with safe_open(self.checkpoint, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            numbers = json.loads(file.metadata()["numbers"])
        return Snapshot(tensors, numbers)


def versions() -> dict[str, str]:
    """The versions that a result depends on."""
    found = {"python": platform.python_version(), "labkit": __version__}
    found.update((name, metadata.version(name)) for name in PACKAGES)
    return found


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


def describe(config: Any) -> dict[str, Any]:
    """A configuration dataclass as plain JSON values."""
    return asdict(config)

"""A run on disk: what was asked for, what happened at each step, and how to go on after a stop."""

import json
import platform
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from labkit.checked_lines import line_of, values_of
from labkit.files import write_atomically, write_json
from labkit.training.checked_tensors import DamagedFile, read_tensors, write_tensors
from labkit.version import __version__

PACKAGES = ("transformers", "datasets")


@dataclass(frozen=True)
class Snapshot:
    """Everything a run needs to go on: tensors by name, and a few numbers."""

    tensors: dict[str, Tensor]
    numbers: dict[str, Any]


class RunFolder:
    """A folder with config.json, metrics.jsonl and checkpoint.safetensors.

    The checkpoint is one file, so it is never half of one step and half of another. Lines of
    metrics.jsonl past the checkpoint are dropped when the run goes on. left.json names the
    weights that the run left its models with, so that they may be brought back as they are.

    description: everything that decides the run, by names that make sense to a reader
    weights:     name of a model -> the name in `description` of its first weights
    writes:      False for a process that only reads what another one writes
    errors:      ValueError when the folder holds a run that differs in anything
    """

    def __init__(
        self,
        folder: Path | str,
        description: dict[str, Any],
        weights: Mapping[str, str] | None = None,
        writes: bool = True,
    ) -> None:
        self.folder = Path(folder).expanduser()
        self.metrics = self.folder / "metrics.jsonl"
        self.checkpoint = self.folder / "checkpoint.safetensors"
        self.weights = dict(weights or {})
        self.writes = writes
        self.at_first = True
        """Whether the models at hand are as they were before the first step."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._check_description(json.loads(json.dumps(description)))

    def _check_description(self, wanted: dict[str, Any]) -> None:
        file = self.folder / "config.json"
        if not file.exists():
            write_json(file, {"run": wanted, "versions": versions()})
            return
        stored = self._described(file)
        self._refuse_old(stored, wanted)
        names = [name for name in {**wanted, **stored} if stored.get(name) != wanted.get(name)]
        if names and set(names) <= set(self.weights.values()) and self._were_left(wanted):
            self.at_first, names = False, []
        if names:
            differences = ", ".join(
                _another(name, stored.get(name), wanted.get(name)) for name in names
            )
            raise ValueError(
                f"the folder {self.folder.name!r} holds a run with {differences}; "
                "choose another folder, or delete this one to start again"
            )

    def _described(self, file: Path) -> dict[str, Any]:
        try:
            stored = json.loads(file.read_text(encoding="utf-8"))["run"]
            if isinstance(stored, dict):
                return stored
        except (ValueError, KeyError, TypeError):
            pass
        raise ValueError(
            f"{file} is damaged, so it cannot be told which run the folder "
            f"{self.folder.name!r} holds; choose another folder, or delete this one to start again"
        )

    def _refuse_old(self, stored: dict[str, Any], wanted: dict[str, Any]) -> None:
        if self.weights and not set(self.weights.values()) <= set(stored):
            missing = ", ".join(name for name in wanted if name not in stored)
            raise ValueError(
                f"the folder {self.folder.name!r} holds a run of an older labkit or of another "
                f"method, which did not write down its {missing}; it cannot be told whether it is "
                "the same run: choose another folder, or delete this one to start again"
            )

    def _were_left(self, wanted: dict[str, Any]) -> bool:
        """Whether the models at hand are as this very run left them when it stopped."""
        if not self.checkpoint.exists():
            return False
        try:
            left = json.loads((self.folder / "left.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return bool(left == {name: wanted[name] for name in self.weights.values()})

    def leave(self, keys: Mapping[str, str]) -> None:
        """Note which weights the run leaves its models with: name of a model -> `weights_key`."""
        if self.weights and self.writes:
            with suppress(OSError):  # only a convenience: without it the models are built again
                write_json(
                    self.folder / "left.json",
                    {said: keys[name] for name, said in self.weights.items()},
                )

    def append(self, line: dict[str, Any]) -> None:
        """Add one line to metrics.jsonl."""
        if not self.writes:
            return
        try:
            with self.metrics.open("ab") as file:
                file.write(line_of(line))
        except OSError as error:
            raise self._unwritable(error) from error

    def lines(self) -> list[dict[str, Any]]:
        """The lines of metrics.jsonl up to the first that is cut short or damaged."""
        if not self.metrics.exists():
            return []
        result = []
        for line in self.metrics.read_bytes().splitlines():
            try:
                result.append(values_of(line))
            except ValueError:
                break
        return result

    def cut_metrics(self, steps: int) -> None:
        """Keep the first `steps` lines of metrics.jsonl."""
        if not self.writes:
            return
        lines = self.lines()[:steps]
        if len(lines) < steps:
            _say(f"{self.metrics} is damaged: its lines after number {len(lines)} are lost")
        with write_atomically(self.metrics) as temporary:
            temporary.write_bytes(b"".join(map(line_of, lines)))

    def save(self, snapshot: Snapshot) -> None:
        """Write the checkpoint, whole or not at all."""
        if not self.writes:
            return
        try:
            write_tensors(self.checkpoint, snapshot.tensors, snapshot.numbers)
        except OSError as error:
            raise self._unwritable(error) from error

    def load(self) -> Snapshot | None:
        """The last checkpoint; None, with a line on stderr, when it is damaged.

        errors: ValueError for a damaged checkpoint when the models are not as they were at first
        """
        if not self.checkpoint.exists():
            return None
        try:
            return Snapshot(*read_tensors(self.checkpoint))
        except DamagedFile as error:
            if not self.at_first:
                raise ValueError(
                    f"{self.checkpoint} is damaged: {error}, and the models have begun to learn "
                    "already; build them as they were at first, and the run starts again"
                ) from error
            _say(f"{self.checkpoint} is damaged: {error}; the run starts again at its first step")
            return None

    def _unwritable(self, error: OSError) -> OSError:
        rest = "the last checkpoint stays" if self.checkpoint.exists() else "nothing is saved yet"
        return OSError(
            error.errno,
            f"cannot write to the run's folder ({error.strerror or error}); {rest}. Make room or "
            "choose another folder, then call again",
            str(self.folder),
        )


def versions() -> dict[str, str]:
    """The versions that a result depends on; torch names its build too, pip would not."""
    result = {"python": platform.python_version(), "labkit": __version__}
    result["torch"] = str(torch.__version__)
    result.update((name, metadata.version(name)) for name in PACKAGES)
    return result


def _another(name: str, stored: Any, wanted: Any) -> str:
    """A difference in words, with both values where they are settings."""
    plural = name.endswith("s") and not name.endswith("ss")
    said = f"other {name}" if plural else f"another {name}"
    if not (isinstance(stored, dict) and isinstance(wanted, dict) and name.endswith("config")):
        return said
    keys = [key for key in {**wanted, **stored} if stored.get(key) != wanted.get(key)]
    pairs = (f"{key} {stored.get(key)}, here {wanted.get(key)}" for key in keys)
    return f"{said} ({'; '.join(pairs)})"


def _say(line: str) -> None:
    print(line, file=sys.stderr)

"""A finished run: what was asked for, and what came out."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Config = TypeVar("Config")
"""A frozen dataclass of plain values."""
Outcome = Mapping[str, Any]
"""What a run hands back: plain values that JSON can hold, not yet beside what was asked for."""


@dataclass(frozen=True)
class Result(Generic[Config]):
    """One finished run of any study.

    The properties read the values that the studies of classifiers have in common; a study with
    other values reads its own from `outcome`.
    """

    key: str
    """Fingerprint of the configuration."""
    config: Config
    outcome: Outcome
    again: bool = False
    """True when it was read from a file instead of being run."""

    @property
    def accuracy(self) -> float:
        """Share of the test texts that it got right, in [0, 1]."""
        return float(self.outcome["accuracy"])

    @property
    def macro_f1(self) -> float:
        """Mean over the classes of F1, in [0, 1]."""
        return float(self.outcome["macro_f1"])

    @property
    def validation(self) -> float:
        """Validation accuracy of the checkpoint, in [0, 1]; nan where none was chosen."""
        value = self.outcome["validation"]
        return math.nan if value is None else float(value)

    @cached_property
    def correct(self) -> NDArray[np.bool_]:
        """(test rows,): which texts it got right."""
        return unpack(self.outcome["correct"], self.outcome["tests"])


def pack(correct: NDArray[np.bool_]) -> str:
    """Right or wrong of each row as hexadecimal digits, eight rows to two digits."""
    return np.packbits(correct).tobytes().hex()


def unpack(digits: str, rows: int) -> NDArray[np.bool_]:
    """What `pack` was given, (rows,) bool."""
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(digits), dtype=np.uint8))
    if not rows <= len(bits) < rows + 8:
        raise ValueError(f"got {len(bits)} bits for {rows} rows; the line is damaged")
    return bits[:rows].astype(bool)

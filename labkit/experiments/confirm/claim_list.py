"""The claims that the study judges, read from the file that was written before its runs."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from labkit import paths
from labkit.experiments.confirm import cast
from labkit.experiments.confirm.plan import BESIDE, CORE, SETS

MOST = 15
"""Claims of a list: each more makes all others harder to confirm."""
ARMS = tuple(" ".join((arm, option)).strip() for arm, option in (*CORE, *BESIDE))
"""Every arm that a claim may name, with its option."""


@dataclass(frozen=True)
class Claim:
    """One sentence: `first` is better than `second`, as the mean over the data sets."""

    name: str
    sentence: str
    place: str
    """Where the paper has it."""
    first: tuple[str, ...]
    """Arms; of several the mean is taken."""
    second: tuple[str, ...]
    matters: float
    """The smallest difference worth a sentence, in (0, 1); a "no" is equivalence within it."""
    primary: bool = False
    printed: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Data set -> the paper's own difference; nothing where it prints none. AG News has the same
    number for its part and as a whole: the paper has the whole."""

    def __post_init__(self) -> None:
        unknown = [arm for arm in (*self.first, *self.second) if arm not in ARMS]
        if unknown or not (self.first and self.second):
            raise ValueError(
                f"claim {self.name!r} names the arms {unknown}, wanted some of {', '.join(ARMS)}"
            )
        if not 0 < self.matters < 1:
            raise ValueError(f"matters of {self.name!r} must be in (0, 1), got {self.matters}")
        strange = [name for name in self.printed if name not in (*SETS, cast.WHOLE)]
        if strange:
            raise ValueError(f"claim {self.name!r} has numbers for {strange}, wanted of {SETS}")


def claims(file: Path | None = None) -> tuple[Claim, ...]:
    """All claims in the order of the file.

    file: None is data/paper/claims.toml
    errors: ValueError for more than `MOST`, names that repeat, and other than one primary claim
    """
    path = paths.root() / "data" / "paper" / "claims.toml" if file is None else file
    with path.open("rb") as opened:
        found = tuple(_claim(given) for given in tomllib.load(opened)["claim"])
    if len(found) > MOST:
        raise ValueError(f"{path} has {len(found)} claims, wanted at most {MOST}")
    if len({one.name for one in found}) < len(found):
        raise ValueError(f"{path} names two claims alike; give each its own name")
    if sum(one.primary for one in found) != 1:
        raise ValueError(f"{path} must have one primary claim; mark it with primary = true")
    return found


def _claim(given: Mapping[str, object]) -> Claim:
    values = dict(given)
    for side in ("first", "second"):
        values[side] = tuple(values[side])  # type: ignore[arg-type]
    printed: dict[str, float] = dict(values.get("printed", {}))  # type: ignore[call-overload]
    if cast.PART in printed:
        values["printed"] = printed | {cast.WHOLE: printed[cast.PART]}
    return Claim(**values)  # type: ignore[arg-type]

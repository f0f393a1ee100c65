"""From two arms' numbers, seed by seed, to lines with an interval and a word, and their file.

The word is that of `claims` for a claimed effect of 0, and "cannot be told" unless p, made fit for
all lines of the file by Holm, is small too.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any, Generic, TypeVar

from labkit.evaluation.verdict import FEWEST_SEEDS, holm, paired_seeds
from labkit.experiments.claims import UNKNOWN, word_for
from labkit.experiments.results import rounded, write_csv

Claim = TypeVar("Claim")
LEVEL = 0.05
"""Largest p, after Holm over the lines, that lets a line say more than "cannot be told"."""


@dataclass(frozen=True)
class Verdict(Generic[Claim]):
    """What became of a claim."""

    claim: Claim
    """A frozen dataclass of texts, which become the first cells of the line."""
    difference: float
    """First arm minus second, or by how much the first is better, as the study says."""
    low: float
    high: float
    """The 95 % interval over seeds; nan for fewer than `FEWEST_SEEDS`."""
    p: float
    holm: float
    """p made fit for all lines of the file."""
    seeds: int
    word: str


def verdicts(
    found: Sequence[tuple[Claim, Sequence[float], Sequence[float]]],
) -> list[Verdict[Claim]]:
    """A line for each claim with the numbers of both arms, one for each seed that they share."""
    compared = [paired_seeds(ours, theirs) for _, ours, theirs in found]
    adjusted = _adjusted([one.p for one in compared])
    lines = []
    for (claim, ours, _), one, p in zip(found, compared, adjusted, strict=True):
        enough = len(ours) >= FEWEST_SEEDS
        low, high = (one.low, one.high) if enough else (math.nan, math.nan)
        word = word_for(low, high, 0.0) if p < LEVEL else UNKNOWN
        lines.append(Verdict(claim, one.difference, low, high, one.p, p, len(ours), word))
    return lines


def _adjusted(found: Sequence[float]) -> list[float]:
    """Holm's p; nan for all lines where one of them has none, since their number counts."""
    known = not any(math.isnan(p) for p in found)
    return holm(found) if known and found else [math.nan] * len(found)


def write_verdicts(
    file: Path, about: Mapping[str, str], kind: type[Claim], lines: Sequence[Verdict[Claim]]
) -> None:
    """Write each line as a row: the claim's own texts, then what became of it.

    about: the lines above the table; kind: of the claims
    """
    given: Any = kind
    of_claim = [field.name for field in fields(given)]
    of_line = [field.name for field in fields(Verdict) if field.name != "claim"]
    rows = []
    for line in lines:
        claim: Any = line.claim
        rows.append([*astuple(claim), *(rounded(getattr(line, name)) for name in of_line)])
    write_csv(file, about, [*of_claim, *of_line], rows)

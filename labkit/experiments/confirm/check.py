"""Every number of the shipped verdicts, computed once more from the shipped answers."""

from dataclasses import dataclass
from pathlib import Path

from labkit import paths
from labkit.experiments.confirm.claim_list import claims
from labkit.experiments.confirm.files import claim_rows, claims_file, read_answers
from labkit.experiments.confirm.plan import NAME
from labkit.experiments.confirm.verdicts import judged
from labkit.experiments.results import read_rows

LAST_DIGIT = 1.5e-4
"""How far two numbers of four digits may lie apart: the last digit may round the other way."""


@dataclass(frozen=True)
class Check:
    """What came of it."""

    lines: int
    """Verdict lines that were computed again."""
    texts: int
    """Right or wrong answers that they were computed from."""
    differences: tuple[str, ...]
    """One sentence per cell that is not what the answers give."""


def check(folder: Path | None = None, claim_file: Path | None = None) -> Check:
    """Compute all verdict lines from the answers text by text and compare them with the file.

    folder: None is data/results/confirm; claim_file: None is data/paper/claims.toml
    errors: ValueError where there are no verdicts to check
    """
    into = paths.results(NAME) if folder is None else folder
    file = claims_file(into)
    if not file.exists():
        raise ValueError(f"{file} is not there; `labkit reproduce {NAME}` makes it")
    answers = read_answers(into)
    wanted = claim_rows(judged(claims(claim_file), answers))
    shipped = read_rows(file)
    found = [
        f"{have['claim'] or need['claim']}, {have['dataset'] or 'not run'}, {name}: the file has "
        f"{have[name]!r}, the answers give {need[name]!r}"
        for have, need in zip(shipped, wanted, strict=False)
        for name in need
        if not _same(have[name], need[name])
    ]
    if len(shipped) != len(wanted):
        found.append(f"the file has {len(shipped)} lines, the answers give {len(wanted)}")
    texts = sum(
        len(right) for arms in answers.values() for seeds in arms.values()
        for right in seeds.values()
    )  # fmt: skip
    return Check(len(wanted), texts, tuple(found))


def _same(have: str, need: str) -> bool:
    if have == need:
        return True
    try:
        return abs(float(have) - float(need)) < LAST_DIGIT
    except ValueError:
        return False

"""Every number of the shipped verdicts, computed once more from the shipped answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labkit import paths
from labkit.experiments.confirm.beyond.table import read_runs, table_file, table_rows
from labkit.experiments.confirm.claim_list import claims
from labkit.experiments.confirm.estimates import Answers
from labkit.experiments.confirm.files import answers_in, claim_rows, claims_file, read_answers
from labkit.experiments.confirm.plan import NAME
from labkit.experiments.confirm.verdicts import judged
from labkit.experiments.results import read_rows

Rows = Sequence[Mapping[str, str]]
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

    The comparisons beside the claims, `confirm_beyond.csv`, are computed too where they are there.
    folder: None is data/results/confirm; claim_file: None is data/paper/claims.toml
    errors: ValueError where there are no verdicts to check
    """
    into = paths.results(NAME) if folder is None else folder
    file = claims_file(into)
    if not file.exists():
        raise ValueError(f"{file} is not there; `labkit reproduce {NAME}` makes it")
    answers = read_answers(into)
    wanted = claim_rows(judged(claims(claim_file), answers))
    found = list(_differences(file, wanted, ("claim", "dataset")))
    texts, beyond = _texts(answers), table_file(into)
    if not beyond.exists():
        return Check(len(wanted), texts, tuple(found))
    runs = read_runs(into)
    more = table_rows(runs)
    found += _differences(beyond, more, ("arm", "option", "against", "dataset"))
    texts += _texts({name: answers_in(rows) for name, rows in runs.items()})
    return Check(len(wanted) + len(more), texts, tuple(found))


def _differences(file: Path, wanted: Rows, names: Sequence[str]) -> Iterator[str]:
    """A sentence per cell that is not as wanted; names: columns that say which line it is."""
    shipped = read_rows(file)
    for have, need in zip(shipped, wanted, strict=False):
        line = ", ".join(have[name] or need[name] or "not run" for name in names)
        for name in need:
            if not _same(have[name], need[name]):
                both = f"the file has {have[name]!r}, the answers give {need[name]!r}"
                yield f"{line}, {name}: {both}"
    if len(shipped) != len(wanted):
        yield f"{file.name} has {len(shipped)} lines, the answers give {len(wanted)}"


def _texts(answers: Mapping[str, Answers]) -> int:
    return sum(
        len(right) for arms in answers.values() for seeds in arms.values()
        for right in seeds.values()
    )  # fmt: skip


def _same(have: str, need: str) -> bool:
    if have == need:
        return True
    try:
        return abs(float(have) - float(need)) < LAST_DIGIT
    except ValueError:
        return False

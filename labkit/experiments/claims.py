"""One line per claim of a paper: our numbers beside the paper's, and one of three words.

The word follows from our 95 % interval of the difference that the claim is about, counted in the
direction that the paper claims:

reproduced       the whole interval lies above 0: the effect is there, in that direction
not reproduced   it does not, and an effect as large as the paper's lies outside the interval
cannot be told   it holds both "no effect" and the paper's effect, or there are too few seeds

A question of the lab's own, without a number in the paper, counts as a claimed effect of 0: then
"not reproduced" means that the whole interval lies below 0.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from labkit import paths
from labkit.evaluation.verdict import FEWEST_SEEDS, compare, interval, paired_seeds
from labkit.experiments.results import read_rows, write_csv
from labkit.experiments.selection import Runs, by_seed, chosen, correctness
from labkit.files import locked

REPRODUCED, NOT_REPRODUCED, UNKNOWN = "reproduced", "not reproduced", "cannot be told"


@dataclass(frozen=True)
class Line:
    """A claim and what became of it; differences and accuracies in [-1, 1], "" where unknown."""

    table: str
    dataset: str
    claim: str
    """What the paper says, or what the lab asks beyond it, in one sentence."""
    paper: str
    """The paper's own difference or number."""
    ours: str
    low: str
    high: str
    """The 95 % interval of ours."""
    word: str
    accuracy: str
    """Test accuracy of the arm that the claim is about, mean over seeds."""
    accuracy_low: str
    accuracy_high: str
    floor: str
    """TF-IDF."""
    labels_only: str
    """The student that sees labels alone, with the same budget."""
    teacher: str
    basis: str
    """What was compared with what, over how many seeds."""


def word_for(low: float, high: float, claimed: float) -> str:
    """The word for a claimed difference, by the rule of this module.

    low, high: our interval of the same difference; claimed: the paper's, with its sign
    """
    if math.isnan(low) or math.isnan(high):
        return UNKNOWN
    if claimed < 0:
        low, high = -high, -low
    if low > 0:
        return REPRODUCED
    return NOT_REPRODUCED if high < abs(claimed) else UNKNOWN


def against(
    table: str,
    dataset: str,
    claim: str,
    claimed: float,
    runs: Runs,
    first: Runs,
    second: Runs,
    names: tuple[str, str],
) -> Line:
    """A claim that one arm is better (or worse) than another, test text by test text.

    claimed: the paper's difference of the two, in [-1, 1]
    runs:    all runs of the table, for floor, label-only student and teacher
    first, second: the runs of the two arms with the same seeds
    """
    first, second = _same_seeds(first, second)
    rows = min(len(run.correct) for run in (*first, *second))
    verdict = compare(
        names[0], correctness(first)[:, :rows], names[1], correctness(second)[:, :rows]
    )
    line = _line(table, dataset, claim, runs, [run.accuracy for run in first])
    basis = f"{names[0]} minus {names[1]}, {verdict.seeds} seeds, {verdict.examples} test texts"
    return _judged(line, claimed, verdict.difference, verdict.low, verdict.high, basis)


def on_average(
    table: str,
    dataset: str,
    claim: str,
    claimed: float,
    runs: Runs,
    first: Runs,
    second: Runs,
    names: tuple[str, str],
) -> Line:
    """A claim about means over cells: the cells of a seed are averaged, then seeds compared."""
    ours, others = by_seed(first), by_seed(second)
    shared = sorted(ours.keys() & others.keys())
    values = [ours[seed] for seed in shared], [others[seed] for seed in shared]
    found = paired_seeds(*values)
    low, high = (found.low, found.high) if len(shared) >= FEWEST_SEEDS else (math.nan, math.nan)
    line = _line(table, dataset, claim, runs, values[0])
    basis = f"mean of {names[0]} minus mean of {names[1]}, {len(shared)} seeds, the test given"
    return _judged(line, claimed, found.difference, low, high, basis)


def _judged(
    line: Line, claimed: float, difference: float, low: float, high: float, basis: str
) -> Line:
    """The line with our difference, its interval and the word that follows from them."""
    return replace(
        line,
        paper=_number(claimed),
        ours=_number(difference),
        low=_number(low),
        high=_number(high),
        word=word_for(low, high, claimed),
        basis=basis,
    )


def share_of_teacher(
    table: str, dataset: str, claim: str, wanted: float, runs: Runs, arm: Runs
) -> Line:
    """A claim that a student reaches a share of its teacher's accuracy."""
    teacher = chosen(runs, dataset, "teacher")[0].accuracy
    shares = interval([run.accuracy / teacher for run in arm])
    line = _line(table, dataset, claim, runs, [run.accuracy for run in arm])
    word = REPRODUCED if shares.low >= wanted else NOT_REPRODUCED
    unclear = shares.n < FEWEST_SEEDS or shares.low < wanted <= shares.high
    return replace(
        line,
        paper=_number(wanted),
        ours=_number(shares.mean),
        low=_number(shares.low),
        high=_number(shares.high),
        word=UNKNOWN if unclear else word,
        basis=f"student's accuracy over teacher's, {shares.n} seeds",
    )


def fact(
    table: str, dataset: str, claim: str, paper: float, ours: float, holds: bool, basis: str
) -> Line:
    """A claim about a count or a size, which has no chance in it."""
    values = {field.name: "" for field in fields(Line)}
    values |= {"table": table, "dataset": dataset, "claim": claim, "basis": basis}
    values |= {"paper": f"{paper:g}", "ours": f"{ours:g}"}
    return Line(**values | {"word": REPRODUCED if holds else NOT_REPRODUCED})


def _line(table: str, dataset: str, claim: str, runs: Runs, accuracies: Sequence[float]) -> Line:
    spread = interval(accuracies)
    beside = {arm: chosen(runs, dataset, arm) for arm in ("tfidf", "labels", "teacher")}
    means = {arm: _number(_mean(found)) for arm, found in beside.items()}
    values = {field.name: "" for field in fields(Line)}
    values |= {"table": table, "dataset": dataset, "claim": claim}
    values |= {
        "accuracy": _number(spread.mean),
        "accuracy_low": _number(spread.low),
        "accuracy_high": _number(spread.high),
    }
    values |= {
        "floor": means["tfidf"], "labels_only": means["labels"], "teacher": means["teacher"],
    }  # fmt: skip
    return Line(**values)


def _same_seeds(first: Runs, second: Runs) -> tuple[Runs, Runs]:
    """Both arms with the seeds they share; a single run without chance is repeated."""
    if len(second) == 1 and second[0].config.arm in ("tfidf", "teacher"):
        return first, list(second) * len(first)
    shared = {run.config.seed for run in first} & {run.config.seed for run in second}
    if not shared:
        raise ValueError("the two arms have no seed in common; run both with the same seeds")
    return (
        [run for run in first if run.config.seed in shared],
        [run for run in second if run.config.seed in shared],
    )


def write_lines(
    path: Path, lines: Iterable[Line], head: Mapping[str, str], order: Sequence[str] = ()
) -> None:
    """Put the lines of some tables into the file of verdicts, in place of their older ones.

    order: names of tables; the file has their lines in this order, then those of all others
    """
    new = list(lines)
    names = [field.name for field in fields(Line)]
    replaced = {line.table for line in new}
    with locked(paths.cache() / "locks" / f"{path.stem}.lock"):
        old = [Line(**row) for row in read_rows(path)] if path.exists() else []
        others = [line for line in old if line.table not in replaced]
        rows = [[getattr(line, name) for name in names] for line in _in_order(others + new, order)]
        write_csv(path, head, names, rows)


def _in_order(lines: Iterable[Line], order: Sequence[str]) -> list[Line]:
    place = {name: number for number, name in enumerate(order)}
    return sorted(lines, key=lambda line: place.get(line.table, len(place)))


def _mean(runs: Runs) -> float:
    return sum(run.accuracy for run in runs) / len(runs) if runs else math.nan


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.4f}"

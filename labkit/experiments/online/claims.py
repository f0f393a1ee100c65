"""One line per claim of KDFD: size, interval, the smallest effect that would show, and a word."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from labkit.evaluation.glue import task_of
from labkit.evaluation.verdict import FEWEST_SEEDS, holm, paired_seeds
from labkit.experiments.online.claim_list import CLAIMS, IN_PAPER, USUAL, Claim
from labkit.experiments.online.facts.printed_numbers import printed
from labkit.experiments.online.plan import OnlineRun
from labkit.experiments.result import Result

Runs = Sequence[Result[OnlineRun]]


HOLDS, DOES_NOT, OPEN = "holds", "does not hold", "open"
LEVEL = 0.05
MOVED = ("latent", "weight", "beta")


@dataclass(frozen=True)
class Verdict:
    """What became of a claim; differences in shares of 1 (or nats), positive where `first` wins."""

    table: str
    dataset: str
    student: str
    said: str
    first: str
    second: str
    measured: str
    """Such as "student score"."""
    paper: float
    """The paper's own difference; nan where it prints none."""
    relevant: float
    """The smallest difference that is worth a sentence."""
    ours: float
    low: float
    high: float
    """The 95 % interval over seeds."""
    p: float
    holm: float
    """p made fit for all lines of the same table."""
    smallest: float
    """The difference that these seeds would have shown four times in five."""
    seeds: int
    word: str


def verdicts(table: str, runs: Runs) -> list[Verdict]:
    """The lines of one table: each claim on each data set and student that has both its arms.

    Differences that are better when smaller (nll, ece) are turned round, so that positive is
    always in favour of the first arm. p values are adjusted by Holm over the lines of the table.
    """
    kinds = dict.fromkeys((run.config.dataset, run.config.student) for run in runs)
    lines = []
    for dataset, student in kinds:
        own = [
            run for run in runs if (run.config.dataset, run.config.student) == (dataset, student)
        ]
        for claim in (claim for claim in CLAIMS if claim.table == table):
            line = _verdict(claim, dataset, student, own)
            if line is not None:
                lines.append(line)
    return with_words(lines)


def word_for(line: Verdict, holm_p: float) -> str:
    """The answer to the sentence of a line.

    holds:         the whole interval lies above 0, and p after Holm is below 0.05
    does not hold: the interval reaches 0 or less, and the whole of it lies below the effect that
                   the sentence is about: what the paper prints, where it prints a gain, else half
                   a point (0.01 nats for the nll)
    open:          these seeds decide neither
    """
    if math.isnan(line.low):
        return OPEN
    if line.low > 0:
        return HOLDS if holm_p < LEVEL else OPEN
    claimed = line.paper if line.paper > 0 else line.relevant
    return DOES_NOT if line.high < claimed else OPEN


def _verdict(claim: Claim, dataset: str, student: str, runs: Runs) -> Verdict | None:
    first = values(runs, claim.first, claim, claim.first_at)
    second = values(runs, claim.second, claim, claim.second_at)
    shared = sorted(first.keys() & second.keys())
    if not shared:
        return None
    sign = 1.0 if claim.measure == "score" else -1.0
    ours, theirs = ([sign * side[seed] for seed in shared] for side in (first, second))
    paper = paper_difference(dataset, claim)
    line = compared(claim, dataset, ours, theirs, paper)
    return replace(line, student=student)


def compared(
    claim: Claim,
    dataset: str,
    ours: Sequence[float],
    theirs: Sequence[float],
    paper: float = math.nan,
) -> Verdict:
    """A line with its numbers and without its word, from one number per seed of both arms.

    ours, theirs: the larger the better; the same seeds
    """
    found, few = paired_seeds(ours, theirs), len(ours) < FEWEST_SEEDS
    low, high = (math.nan, math.nan) if few else (found.low, found.high)
    return Verdict(
        claim.table, dataset, "", claim.said, claim.first, claim.second,
        f"{claim.who} {claim.measure}", paper, claim.relevant, found.difference, low, high,
        found.p, math.nan, smallest_detectable(ours, theirs), len(ours), OPEN,
    )  # fmt: skip


def with_words(lines: Sequence[Verdict]) -> list[Verdict]:
    """The lines of one table with p adjusted by Holm over all of them, and the words."""
    adjusted = holm([line.p for line in lines]) if lines else []
    return [
        replace(line, holm=p, word=word_for(line, p))
        for line, p in zip(lines, adjusted, strict=True)
    ]


def values(
    runs: Runs, arm: str, claim: Claim, moved: Mapping[str, float] | None = None
) -> dict[int, float]:
    """Seed -> the number that a claim is about, of the runs of an arm that have it.

    moved: which runs of a sweep; nothing takes those at the usual width, lambda and beta
    """
    at = {name: getattr(USUAL, name) for name in MOVED} | dict(moved or {})
    found = {}
    for run in runs:
        one = run.config
        same = all(getattr(one, name) == value for name, value in at.items())
        number = run.outcome.get(claim.who, {}).get(claim.measure)
        if one.arm == arm and same and number is not None:
            found[one.seed] = float(number)
    return found


def smallest_detectable(
    first: Sequence[float], second: Sequence[float], power: float = 0.8, level: float = 0.05
) -> float:
    """The true difference that so many pairs of this spread would have shown with that power.

    Source: the paired t test's usual plan: (t(1 - level / 2) + t(power)) * spread / sqrt(pairs).

    first, second: one number per seed, the same seeds; nan for fewer than 3 pairs
    Trap: "inside the noise" speaks against effects larger than this one alone.
    """
    from scipy import stats

    pairs = len(first)
    if pairs != len(second):
        raise ValueError(f"got {pairs} and {len(second)} values, wanted the same seeds twice")
    if pairs < FEWEST_SEEDS:
        return math.nan
    spread = float((np.asarray(first) - np.asarray(second)).std(ddof=1))
    both = stats.t.ppf(1 - level / 2, pairs - 1) + stats.t.ppf(power, pairs - 1)
    return float(both * spread / math.sqrt(pairs))


def paper_difference(dataset: str, claim: Claim) -> float:
    """What the paper prints for the same two rows on the same task, in shares of 1; else nan."""
    if claim.who != "student" or claim.measure != "score" or claim.first == claim.second:
        return math.nan
    if not {claim.first, claim.second} <= IN_PAPER.keys():
        return math.nan
    task = task_of(dataset)
    rows = IN_PAPER[claim.first], IN_PAPER[claim.second]
    if claim.table == "kdfd_table2":  # it compares the two bottlenecks alone
        rows = ("table2", "vae"), rows[1]
    first, second = (_number(*row, task.name, task.metrics[0]) for row in rows)
    return (first - second) / 100


def _number(table: str, method: str, task: str, metric: str) -> float:
    for number in printed(table, method):
        if (number.task, number.metric) == (task, metric):
            return number.value
    return math.nan


def sentence(line: Verdict) -> str:
    """A verdict in plain English, with its numbers in points (or nats)."""
    unit, factor = ("points", 100) if line.measured.endswith("score") else ("", 1)
    digits = 2 if factor == 100 else 3

    def number(value: float, signed: bool = True) -> str:
        return f"{factor * value:{'+' if signed else ''}.{digits}f}"

    gap = " ".join([number(line.ours), unit]).strip()
    if math.isnan(line.low):
        return (
            f"{line.said} ({line.dataset}, {line.measured}): {line.word}, {gap} over {line.seeds} "
            f"seed{'s' if line.seeds != 1 else ''}; run at least {FEWEST_SEEDS}."
        )
    return (
        f"{line.said} ({line.dataset}, {line.measured}): {line.word}, {gap} (95 % interval "
        f"{number(line.low)} to {number(line.high)}, p = {line.holm:.2g} after Holm, "
        f"{line.seeds} seeds; from {number(line.smallest, False)} on it would have been seen)."
    )

"""One line per claim of KDFD: direction, size, the smallest effect that could be seen, a word."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from labkit.evaluation.glue import task_of
from labkit.evaluation.verdict import FEWEST_SEEDS, holm, paired_seeds
from labkit.experiments.claims import word_for
from labkit.experiments.online.plan import OnlineRun
from labkit.experiments.online.printed_numbers import printed
from labkit.experiments.result import Result

Runs = Sequence[Result[OnlineRun]]


@dataclass(frozen=True)
class Claim:
    """Two arms that one sentence compares."""

    table: str
    said: str
    """What the paper says, or what the lab asks beyond it, in one sentence."""
    first: str
    second: str
    who: str = "student"
    """Whose number: "student" or "teacher"."""
    measure: str = "score"
    """"score" (the task's metric, larger is better), "nll" or "ece" (smaller is better)."""


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


CLAIMS = (
    Claim("kdfd_table3", "KDFD beats vanilla distillation", "online_vae_teacher", "kd"),
    Claim("kdfd_table3", "online beats the frozen teacher", "online", "kd"),
    Claim("kdfd_table3", "online beats offline of equal time", "online", "kd_equal_time"),
    Claim("kdfd_table3", "online beats logits the teacher did not learn by heart", "online",
          "kd_out_of_fold"),
    Claim("kdfd_table3", "the teacher's listening helps", "online", "online_deaf"),
    Claim("kdfd_table3", "the teacher of step m + 1 beats that of step m", "online",
          "online_mutual"),
    Claim("kdfd_table3", "distillation beats labels", "kd", "labels"),
    Claim("kdfd_table3", "the VAE adds to its own linear control", "online_vae_teacher",
          "online_linear_teacher"),
    Claim("kdfd_table3", "the VAE helps the teacher it sits on", "online_vae_teacher",
          "online_linear_teacher", "teacher"),
    Claim("kdfd_table3", "the VAE calibrates the teacher", "online_vae_teacher",
          "online_linear_teacher", "teacher", "nll"),
    Claim("kdfd_table3", "the VAE calibrates the student", "online_vae_teacher",
          "online_linear_teacher", "student", "nll"),
    Claim("kdfd_table2", "noise and KL add to the autoencoder", "online_vae_teacher",
          "online_ae_teacher"),
    Claim("kdfd_table2", "the VAE adds to the square of the mean", "online_vae_teacher",
          "online_l2_teacher"),
    Claim("kdfd_table2", "the VAE calibrates more than the square of the mean",
          "online_vae_teacher", "online_l2_teacher", "teacher", "nll"),
    Claim("kdfd_table2", "compression helps", "online_linear_teacher", "online"),
    Claim("kdfd_bottlenecks", "it is clipping: without it the VAE helps its teacher no more",
          "online_vae_teacher_unclipped", "online_linear_teacher_unclipped", "teacher"),
    Claim("kdfd_bottlenecks", "a tie of the features helps the student", "online_vae_both_tied",
          "online_vae_both"),
    Claim("kdfd_bottlenecks", "the VAE matters where features are tied", "online_vae_both_tied",
          "online_linear_both_tied"),
    Claim("kdfd_bottlenecks", "the VAE helps on the student", "online_vae_student",
          "online_linear_student"),
    Claim("kdfd_bottlenecks", "PCA does as well as the VAE", "online_pca_teacher",
          "online_vae_teacher"),
    Claim("kdfd_bottlenecks", "random directions do as well as the VAE", "online_random_teacher",
          "online_vae_teacher"),
    *(Claim("kdfd_table1", f"KDFD beats {name}", "online_vae_teacher", arm)
      for arm, name in (("prokt", "ProKT"), ("lgtm", "LGTM"), ("metadistil", "MetaDistil"),
                        ("dml", "deep mutual learning"))),
)  # fmt: skip

IN_PAPER: Mapping[str, tuple[str, str]] = {
    "kd": ("table3", "vanilla_kd"),
    "online_vae_teacher": ("table3", "kdfd"),
    "online_ae_teacher": ("table2", "ae"),
    "prokt": ("table1", "prokt"),
    "lgtm": ("table1", "lgtm"),
    "metadistil": ("table1", "metadistil"),
}
"""Arm -> table and row of the paper. Its Table 2 is "VAE alone", so 43.2 is not KDFD's number."""


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
    adjusted = holm([line.p for line in lines]) if lines else []
    return [replace(line, holm=p) for line, p in zip(lines, adjusted, strict=True)]


def _verdict(claim: Claim, dataset: str, student: str, runs: Runs) -> Verdict | None:
    first, second = (values(runs, arm, claim) for arm in (claim.first, claim.second))
    shared = sorted(first.keys() & second.keys())
    if not shared:
        return None
    sign = 1.0 if claim.measure == "score" else -1.0
    ours = [sign * first[seed] for seed in shared]
    others = [sign * second[seed] for seed in shared]
    found = paired_seeds(ours, others)
    few = len(shared) < FEWEST_SEEDS
    low, high = (math.nan, math.nan) if few else (found.low, found.high)
    paper = paper_difference(dataset, claim)
    claimed = 0.0 if math.isnan(paper) else paper
    return Verdict(
        claim.table, dataset, student, claim.said, claim.first, claim.second,
        f"{claim.who} {claim.measure}", paper, found.difference, low, high, found.p, math.nan,
        smallest_detectable(ours, others), len(shared), word_for(low, high, claimed),
    )  # fmt: skip


def values(runs: Runs, arm: str, claim: Claim) -> dict[int, float]:
    """Seed -> the number that a claim is about, of the runs of an arm that have it.

    Runs of a sweep (another width, lambda or beta) are not among them.
    """
    usual = OnlineRun("trec", arm, 0)
    found = {}
    for run in runs:
        one = run.config
        same = (one.latent, one.weight, one.beta) == (usual.latent, usual.weight, usual.beta)
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
    if claim.who != "student" or claim.measure != "score":
        return math.nan
    if not {claim.first, claim.second} <= IN_PAPER.keys():
        return math.nan
    task = task_of(dataset)
    numbers = [_printed(arm, task.name, task.metrics[0]) for arm in (claim.first, claim.second)]
    # Table 2 compares the two bottlenecks alone, so its VAE stands beside its AE
    if claim.table == "kdfd_table2":
        numbers[0] = _number("table2", "vae", task.name, task.metrics[0])
    return math.nan if None in numbers else (numbers[0] - numbers[1]) / 100  # type: ignore


def _printed(arm: str, task: str, metric: str) -> float | None:
    return _number(*IN_PAPER[arm], task, metric)


def _number(table: str, method: str, task: str, metric: str) -> float | None:
    for number in printed(table, method):
        if (number.task, number.metric) == (task, metric):
            return number.value
    return None


def sentence(line: Verdict) -> str:
    """A verdict in plain English, with its numbers in points (or nats)."""
    unit, factor = ("points", 100) if line.measured.endswith("score") else ("", 1)
    digits = 1 if factor == 100 else 3

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

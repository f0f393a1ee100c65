"""One line per question to the arms: a gain, its interval, the smallest that would show, a word."""

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

from labkit.evaluation.verdict import FEWEST_SEEDS
from labkit.experiments import seed_verdicts
from labkit.experiments.claims import UNKNOWN
from labkit.experiments.llm.text_claims import SAME, at_diversity
from labkit.experiments.llm_prompt_arms.plan import ARMS, HEATS, ArmRun
from labkit.experiments.online.claims import smallest_detectable
from labkit.experiments.result import Outcome, Result
from labkit.experiments.results import rounded

Runs = Sequence[Result[ArmRun]]
LOWER_IS_BETTER = ("reverse_kl", "forward_kl", "text_nats")
WARM = str(HEATS[0])


@dataclass(frozen=True)
class ArmClaim:
    """Two arms that one sentence compares."""

    paper: str
    """"GAKD" or "GAD" where its abstract or summary says so, "lab" for a question beyond them."""
    said: str
    first: str
    second: str
    measure: str
    """One of `MEASURES`, or "text_nats"."""
    temperature: str = WARM
    """Temperature of both arms, or `SAME` for the second."""

    def __post_init__(self) -> None:
        for name in (self.first, self.second):
            if name not in ARMS:
                raise ValueError(f"got the arm {name!r}, wanted one of {', '.join(ARMS)}")
        if self.temperature == SAME and self.second != "seqkd_longer":
            raise ValueError(f"got {self.second}, wanted seqkd_longer: it alone wrote at several "
                             "temperatures")  # fmt: skip


CLAIMS = (
    ArmClaim("lab", "further SeqKD keeps the style more often than its start",
             "seqkd_longer", "start", "whole"),
    ArmClaim("lab", "forward KL on logits covers the teacher better than its text alone",
             "forward_kl", "seqkd_longer", "forward_kl"),
    ArmClaim("GAKD", "reverse KL on the teacher's text keeps the style more often than SeqKD",
             "reverse_kl", "seqkd_longer", "whole"),
    ArmClaim("GAKD", "and lowers the reverse KL of own text",
             "reverse_kl", "seqkd_longer", "reverse_kl"),
    ArmClaim("lab", "JSD lowers the reverse KL of own text too",
             "jsd", "seqkd_longer", "reverse_kl"),
    ArmClaim("lab", "on-policy reverse KL keeps the style more often than SeqKD",
             "reverse_kl_own", "seqkd_longer", "whole"),
    ArmClaim("lab", "and lowers the reverse KL of own text",
             "reverse_kl_own", "seqkd_longer", "reverse_kl"),
    ArmClaim("lab", "also below that of SeqKD whose text varies as much",
             "reverse_kl_own", "seqkd_longer", "reverse_kl", SAME),
    ArmClaim("lab", "on-policy reverse KL beats that on the teacher's text",
             "reverse_kl_own", "reverse_kl", "reverse_kl"),
    ArmClaim("GAKD", "the adversary brings the student nearer than its losses without it",
             "gakd", "gakd_without", "reverse_kl"),
    ArmClaim("GAKD", "and into the style more often", "gakd", "gakd_without", "whole"),
    ArmClaim("GAD", "GAD keeps the style more often than SeqKD", "gad", "seqkd_longer", "whole"),
    ArmClaim("lab", "also than SeqKD whose text varies as much",
             "gad", "seqkd_longer", "whole", SAME),
    ArmClaim("GAD", "GAD keeps the style more often than its start", "gad", "start", "whole"),
    ArmClaim("lab", "on-policy reverse KL makes plain text less surprising than SeqKD",
             "reverse_kl_own", "seqkd_longer", "text_nats"),
)  # fmt: skip
"""All with a claimed effect of 0: no source prints a number for this scale."""


@dataclass(frozen=True)
class Line:
    """What became of a claim."""

    claim: ArmClaim
    difference: float
    """Above 0 where the first arm is better."""
    low: float
    high: float
    """The 95 % interval over seeds; nan for fewer than `FEWEST_SEEDS`."""
    p: float
    holm: float
    """p made fit for all lines that could be tested."""
    smallest: float
    """The true gain that four tries in five of so many seeds would show; nan for too few."""
    seeds: int
    word: str

    def cells(self) -> list[object]:
        """The line of the file."""
        own = [rounded(getattr(self, name)) for name in self.columns()[len(fields(ArmClaim)) :]]
        return [*astuple(self.claim), *own]

    @classmethod
    def columns(cls) -> list[str]:
        """The names above the lines of the file."""
        return [one.name for kind in (ArmClaim, cls) for one in fields(kind) if one.name != "claim"]


def verdicts(runs: Runs, claims: Sequence[ArmClaim] = CLAIMS) -> list[Line]:
    """A line for each claim of which both arms were run.

    Too few seeds for a word are too few for a test as well: such a line has no p, and the others
    are adjusted without it.
    """
    found = [(claim, own) for claim in claims if (own := gains(runs, claim))]
    tested = [(claim, own, [0.0] * len(own)) for claim, own in found if len(own) >= FEWEST_SEEDS]
    told = {line.claim: line for line in seed_verdicts.verdicts(tested)}
    lines = []
    for claim, own in found:
        line, none = told.get(claim), math.nan
        numbers = (line.low, line.high, line.p, line.holm) if line else (none,) * 4
        unseen = smallest_detectable(own, [0.0] * len(own))
        word = line.word if line else UNKNOWN
        lines.append(Line(claim, sum(own) / len(own), *numbers, unseen, len(own), word))
    return lines


def gains(runs: Runs, claim: ArmClaim) -> list[float]:
    """By how much the first arm is better, for each seed that both arms have."""
    ours, theirs = (_by_seed(runs, arm) for arm in (claim.first, claim.second))
    sign = -1.0 if claim.measure in LOWER_IS_BETTER else 1.0
    return [
        sign * (_value(ours[seed], claim) - _second(ours[seed], theirs[seed], claim))
        for seed in sorted(ours.keys() & theirs.keys())
    ]


def _by_seed(runs: Runs, arm: str) -> dict[int, Outcome]:
    return {run.config.seed: run.outcome for run in runs if run.config.arm == arm}


def _value(outcome: Outcome, claim: ArmClaim) -> float:
    if claim.measure in outcome:  # measured once a run
        return float(outcome[claim.measure])
    heat = WARM if claim.temperature == SAME else claim.temperature
    return float(outcome[heat][claim.measure])


def _second(ours: Outcome, theirs: Outcome, claim: ArmClaim) -> float:
    if claim.temperature != SAME:
        return _value(theirs, claim)
    swept = {heat: own for heat, own in theirs.items() if isinstance(own, dict)}
    return at_diversity(swept, ours[WARM]["distinct_2"], claim.measure)


def sentence(line: Line) -> str:
    """A verdict in words, for the head of a file."""
    claim = line.claim
    span = f" ({line.low:.3f} to {line.high:.3f}, p adjusted {line.holm:.2g})"
    seen = f"; from {line.smallest:.3f} on a gain would have been seen"
    few = "; too few seeds for an interval"
    return (
        f"{claim.paper}: {claim.said}: {line.word}; {claim.measure}, {claim.first} beside "
        f"{claim.second}, temperature {claim.temperature}, gain {line.difference:+.3f}"
        f"{span if line.seeds >= FEWEST_SEEDS else ''}, {line.seeds} seed(s)"
        f"{seen if line.seeds >= FEWEST_SEEDS else few}"
    )

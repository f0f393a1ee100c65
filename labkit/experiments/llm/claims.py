"""One line per question of the word task: a difference with its interval and a word."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from labkit.evaluation.verdict import FEWEST_SEEDS, holm, paired_seeds
from labkit.experiments.claims import UNKNOWN, word_for
from labkit.experiments.llm.plan import TEMPERATURES, WordRun
from labkit.experiments.result import Result

Runs = Sequence[Result[WordRun]]
LEVEL = 0.05
"""Largest p, after Holm over the lines, that lets a line say more than "cannot be told"."""
BEST = "best"
"""The temperature at which the second arm does best in a seed, which is more than it could know."""


@dataclass(frozen=True)
class Claim:
    """Two arms that one sentence compares."""

    said: str
    """What GAD's paper says, or what the lab asks beyond it, in one sentence."""
    first: str
    second: str
    measure: str = "right"
    """"right" (share of right answers), "style_entropy" or "forward_kl" (nats)."""
    heat: str = "1.0"
    """Temperature of both arms, or `BEST` for the second arm's own best."""


@dataclass(frozen=True)
class Verdict:
    """What became of a claim; the difference is first minus second."""

    said: str
    first: str
    second: str
    measure: str
    temperature: str
    difference: float
    low: float
    high: float
    """The 95 % interval over seeds."""
    p: float
    holm: float
    """p made fit for all lines of the file."""
    seeds: int
    word: str


CLAIMS = (
    Claim("GAD beats SeqKD of equal time: likelihood score", "gad_likelihood", "seqkd_longer"),
    Claim("and SeqKD at its best temperature", "gad_likelihood", "seqkd_longer", heat=BEST),
    Claim("GAD beats SeqKD of equal time: sum of a warm head", "gad_sum", "seqkd_longer"),
    Claim("GAD beats SeqKD of equal time: the paper's last token", "gad_last", "seqkd_longer"),
    Claim("GAD beats SeqKD on the proxy's text", "gad_likelihood", "seqkd_proxy_text"),
    Claim("GAD beats on-policy reverse KL to its own proxy", "gad_likelihood", "reverse_kl_proxy"),
    Claim("GAD's student beats the model its score began as", "gad_likelihood", "proxy"),
    Claim("learning with the student helps the score", "gad_likelihood", "gad_likelihood_frozen"),
    Claim("GAD beats a hand that filters one way", "gad_likelihood", "seqkd_filtered"),
    Claim("being told what is right beats GAD", "exact_reward", "gad_likelihood"),
    Claim("GAD keeps the teacher's ways", "gad_likelihood", "start", "style_entropy"),
    Claim("GAD forgets what the teacher says", "gad_likelihood", "start", "forward_kl"),
)
"""All are questions of the lab beside the third and fourth: a claimed effect of 0."""


def verdicts(runs: Runs, claims: Sequence[Claim] = CLAIMS) -> list[Verdict]:
    """A line for each claim whose two arms were run, over the seeds that both share."""
    found = []
    for claim in claims:
        ours = _by_seed(runs, claim.first, claim.measure, _own(claim.heat))
        theirs = _by_seed(runs, claim.second, claim.measure, claim.heat)
        seeds = sorted(ours.keys() & theirs.keys())
        if seeds:
            found.append((claim, [ours[one] for one in seeds], [theirs[one] for one in seeds]))
    compared = [paired_seeds(ours, theirs) for _, ours, theirs in found]
    adjusted = _adjusted([one.p for one in compared])
    lines = []
    for (claim, values, _), one, p in zip(found, compared, adjusted, strict=True):
        enough = len(values) >= FEWEST_SEEDS
        low, high = (one.low, one.high) if enough else (math.nan, math.nan)
        lines.append(
            Verdict(
                claim.said,
                claim.first,
                claim.second,
                claim.measure,
                claim.heat,
                one.difference,
                low,
                high,
                one.p,
                p,
                len(values),
                _word(low, high, p),
            )
        )
    return lines


def _word(low: float, high: float, adjusted: float) -> str:
    """The word for a difference, open unless it also stands among all lines of the file."""
    return word_for(low, high, 0.0) if adjusted < LEVEL else UNKNOWN


def _adjusted(found: Sequence[float]) -> list[float]:
    known = [p for p in found if not math.isnan(p)]
    return holm(known) if len(known) == len(found) else [math.nan] * len(found)


def _own(heat: str) -> str:
    return "1.0" if heat == BEST else heat


def _by_seed(runs: Runs, arm: str, measure: str, heat: str) -> dict[int, float]:
    """The number of an arm for each seed, at one temperature or at its best."""
    found = {}
    for run in runs:
        if run.config.arm == arm:
            answers = run.outcome["answers"]
            heats = map(str, TEMPERATURES) if heat == BEST else [heat]
            found[run.config.seed] = max(float(answers[one][measure]) for one in heats)
    return found


def sentence(line: Verdict) -> str:
    """A verdict in words, for the head of a file."""
    return (
        f"{line.said}: {line.word}; {line.measure} of {line.first} minus {line.second} "
        f"{line.difference:+.3f} ({line.low:.3f} to {line.high:.3f}), {line.seeds} seeds, "
        f"temperature {line.temperature}, p adjusted {line.holm:.2g}"
    )

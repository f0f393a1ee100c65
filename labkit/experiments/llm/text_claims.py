"""One line per claim of GAKD and GAD on real text: a gain with its interval and a word."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from labkit.evaluation.verdict import FEWEST_SEEDS, holm, paired_seeds
from labkit.experiments.claims import UNKNOWN, word_for
from labkit.experiments.llm.text_plan import TEMPERATURES, TextRun
from labkit.experiments.result import Result

Runs = Sequence[Result[TextRun]]
LEVEL = 0.05
"""Largest p, after Holm over the lines, that lets a line say more than "cannot be told"."""
LOWER_IS_BETTER = ("reverse_kl", "forward_kl")
SAME = "same distinct-2"
"""The second arm at the temperature at which its text varies as much as the first arm's."""
GROWTH = "long - short"
"""The gain on long answers minus the gain on short ones."""


@dataclass(frozen=True)
class TextClaim:
    """Two arms that one sentence compares."""

    paper: str
    """"GAKD" or "GAD" where its abstract or summary says so, "lab" for a question beyond them."""
    said: str
    first: str
    second: str
    measure: str
    """One of `MEASURES`."""
    length: str = "short"
    """"short", "long" or `GROWTH`."""
    heat: str = "1.0"
    """Temperature of both arms, or `SAME` for the second."""
    place: str = "answers"
    """"answers" for prompts of the training domain, "elsewhere" for another one."""


@dataclass(frozen=True)
class TextVerdict:
    """What became of a claim; a gain above 0 says that the first arm is better."""

    paper: str
    said: str
    first: str
    second: str
    measure: str
    length: str
    temperature: str
    prompts: str
    gain: float
    low: float
    high: float
    """The 95 % interval over seeds."""
    p: float
    holm: float
    """p made fit for all lines of the file."""
    seeds: int
    word: str


CLAIMS = (
    TextClaim("GAKD", "reverse KL on the teacher's text lowers that of own text",
              "reverse_kl", "seqkd_longer", "reverse_kl"),
    TextClaim("GAKD", "the adversary brings the student nearer than reverse KL alone",
              "gakd", "gakd_without", "reverse_kl"),
    TextClaim("GAKD", "and the teacher likes its text better", "gakd", "gakd_without",
              "teacher_log_p"),
    TextClaim("GAKD", "GAKD beats plain reverse KL of equal time", "gakd", "reverse_kl",
              "reverse_kl"),
    TextClaim("GAKD", "GAKD beats on-policy reverse KL of equal time", "gakd", "reverse_kl_own",
              "reverse_kl"),
    TextClaim("GAKD", "the adversary helps long answers", "gakd", "gakd_without", "reverse_kl",
              "long"),
    TextClaim("GAKD", "and helps them more than short ones", "gakd", "gakd_without", "reverse_kl",
              GROWTH),
    TextClaim("lab", "a penalty whose gradient arrives helps GAKD", "gakd", "gakd_no_penalty",
              "reverse_kl"),
    TextClaim("GAD", "GAD beats SeqKD of equal time", "gad_likelihood", "seqkd_longer",
              "reverse_kl"),
    TextClaim("GAD", "and the teacher likes its text better", "gad_likelihood", "seqkd_longer",
              "teacher_log_p"),
    TextClaim("lab", "GAD beats SeqKD whose text varies as much", "gad_likelihood", "seqkd_longer",
              "reverse_kl", heat=SAME),
    TextClaim("GAD", "GAD beats SeqKD where prompts come from elsewhere", "gad_likelihood",
              "seqkd_longer", "reverse_kl", place="elsewhere"),
    TextClaim("GAD", "a score that learns along is better than a frozen one", "gad_likelihood",
              "gad_likelihood_frozen", "reverse_kl"),
    TextClaim("lab", "GAD keeps the length of SeqKD", "gad_likelihood", "seqkd_longer", "length"),
    TextClaim("lab", "on-policy reverse KL beats that on the teacher's text", "reverse_kl_own",
              "reverse_kl", "reverse_kl"),
    TextClaim("lab", "on-policy reverse KL beats SeqKD of equal time", "reverse_kl_own",
              "seqkd_longer", "reverse_kl"),
    TextClaim("lab", "and SeqKD whose text varies as much", "reverse_kl_own", "seqkd_longer",
              "reverse_kl", heat=SAME),
    TextClaim("lab", "on-policy reverse KL covers the teacher as SeqKD does",
              "reverse_kl_own", "seqkd_longer", "forward_kl"),
    TextClaim("lab", "forward KL on logits covers the teacher better than its text alone",
              "forward_kl", "seqkd_longer", "forward_kl"),
)  # fmt: skip
"""All with a claimed effect of 0: neither source prints a number for this scale."""


def verdicts(runs: Runs, claims: Sequence[TextClaim] = CLAIMS) -> list[TextVerdict]:
    """A line for each claim whose two arms were run, over the seeds that both share."""
    found = [(claim, gains) for claim in claims if (gains := _gains(runs, claim))]
    compared = [paired_seeds(gains, [0.0] * len(gains)) for _, gains in found]
    adjusted = _adjusted([one.p for one in compared])
    lines = []
    for (claim, gains), one, p in zip(found, compared, adjusted, strict=True):
        enough = len(gains) >= FEWEST_SEEDS
        low, high = (one.low, one.high) if enough else (math.nan, math.nan)
        word = word_for(low, high, 0.0) if p < LEVEL else UNKNOWN
        about = (claim.paper, claim.said, claim.first, claim.second, claim.measure, claim.length)
        lines.append(
            TextVerdict(
                *about, claim.heat, claim.place, one.difference, low, high, one.p, p, len(gains),
                word,
            )
        )  # fmt: skip
    return lines


def _gains(runs: Runs, claim: TextClaim) -> list[float]:
    """By how much the first arm is better, for each seed that both arms have."""
    if claim.length != GROWTH:
        return list(_by_seed(runs, claim, claim.length).values())
    short, long = (_by_seed(runs, claim, length) for length in ("short", "long"))
    return [long[seed] - short[seed] for seed in long if seed in short]


def _by_seed(runs: Runs, claim: TextClaim, length: str) -> dict[int, float]:
    ours, theirs = (_answers(runs, arm, length, claim) for arm in (claim.first, claim.second))
    sign = -1.0 if claim.measure in LOWER_IS_BETTER else 1.0
    found = {}
    for seed in sorted(ours.keys() & theirs.keys()):
        mine = ours[seed]["1.0" if claim.heat == SAME else claim.heat]
        other = (
            at_diversity(theirs[seed], mine["distinct_2"], claim.measure)
            if claim.heat == SAME
            else theirs[seed][claim.heat][claim.measure]
        )
        found[seed] = sign * (mine[claim.measure] - other)
    return found


def _answers(
    runs: Runs, arm: str, length: str, claim: TextClaim
) -> dict[int, dict[str, dict[str, float]]]:
    return {
        run.config.seed: run.outcome[claim.place]
        for run in runs
        if (run.config.arm, run.config.length) == (arm, length)
    }


def at_diversity(answers: dict[str, dict[str, float]], wanted: float, measure: str) -> float:
    """A measure at the temperature at which distinct-2 is as wanted, in a straight line between.

    answers: temperature -> measures; beyond the temperatures that were tried, that of the nearest
    """
    points = sorted((answers[str(h)]["distinct_2"], answers[str(h)][measure]) for h in TEMPERATURES)
    if wanted <= points[0][0]:
        return points[0][1]
    for (low, first), (high, second) in itertools.pairwise(points):
        if wanted <= high:
            return first + (wanted - low) / (high - low) * (second - first)
    return points[-1][1]


def _adjusted(found: Sequence[float]) -> list[float]:
    known = [p for p in found if not math.isnan(p)]
    return holm(known) if len(known) == len(found) else [math.nan] * len(found)


def sentence(line: TextVerdict) -> str:
    """A verdict in words, for the head of a file."""
    return (
        f"{line.paper}: {line.said}: {line.word}; {line.measure}, {line.first} beside "
        f"{line.second}, gain {line.gain:+.3f} ({line.low:.3f} to {line.high:.3f}), {line.length} "
        f"answers, temperature {line.temperature}, {line.seeds} seeds, p adjusted {line.holm:.2g}"
    )

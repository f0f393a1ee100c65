"""One line per claim of GAKD and GAD on real text: a gain with its interval and a word."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from labkit.experiments import seed_verdicts
from labkit.experiments.llm.text_plan import TEMPERATURES, TextRun
from labkit.experiments.result import Result
from labkit.experiments.seed_verdicts import Verdict

Runs = Sequence[Result[TextRun]]
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
    temperature: str = "1.0"
    """Temperature of both arms, or `SAME` for the second."""
    prompts: str = "answers"
    """"answers" for prompts of the training domain, "elsewhere" for another one."""


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
              "reverse_kl", temperature=SAME),
    TextClaim("GAD", "GAD beats SeqKD where prompts come from elsewhere", "gad_likelihood",
              "seqkd_longer", "reverse_kl", prompts="elsewhere"),
    TextClaim("GAD", "a score that learns along is better than a frozen one", "gad_likelihood",
              "gad_likelihood_frozen", "reverse_kl"),
    TextClaim("lab", "GAD keeps the length of SeqKD", "gad_likelihood", "seqkd_longer", "length"),
    TextClaim("lab", "on-policy reverse KL beats that on the teacher's text", "reverse_kl_own",
              "reverse_kl", "reverse_kl"),
    TextClaim("lab", "on-policy reverse KL beats SeqKD of equal time", "reverse_kl_own",
              "seqkd_longer", "reverse_kl"),
    TextClaim("lab", "and SeqKD whose text varies as much", "reverse_kl_own", "seqkd_longer",
              "reverse_kl", temperature=SAME),
    TextClaim("lab", "on-policy reverse KL covers the teacher as SeqKD does",
              "reverse_kl_own", "seqkd_longer", "forward_kl"),
    TextClaim("lab", "forward KL on logits covers the teacher better than its text alone",
              "forward_kl", "seqkd_longer", "forward_kl"),
)  # fmt: skip
"""All with a claimed effect of 0: neither source prints a number for this scale."""


def verdicts(runs: Runs, claims: Sequence[TextClaim] = CLAIMS) -> list[Verdict[TextClaim]]:
    """A line for each claim whose two arms were run; above 0 where the first arm is better."""
    found = [(claim, gains) for claim in claims if (gains := _gains(runs, claim))]
    return seed_verdicts.verdicts([(claim, own, [0.0] * len(own)) for claim, own in found])


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
        mine = ours[seed]["1.0" if claim.temperature == SAME else claim.temperature]
        other = (
            at_diversity(theirs[seed], mine["distinct_2"], claim.measure)
            if claim.temperature == SAME
            else theirs[seed][claim.temperature][claim.measure]
        )
        found[seed] = sign * (mine[claim.measure] - other)
    return found


def _answers(
    runs: Runs, arm: str, length: str, claim: TextClaim
) -> dict[int, dict[str, dict[str, float]]]:
    return {
        run.config.seed: run.outcome[claim.prompts]
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


def sentence(line: Verdict[TextClaim]) -> str:
    """A verdict in words, for the head of a file."""
    claim = line.claim
    return (
        f"{claim.paper}: {claim.said}: {line.word}; {claim.measure}, {claim.first} beside "
        f"{claim.second}, gain {line.difference:+.3f} ({line.low:.3f} to {line.high:.3f}), "
        f"{claim.length} answers, temperature {claim.temperature}, {line.seeds} seeds, p adjusted "
        f"{line.holm:.2g}"
    )

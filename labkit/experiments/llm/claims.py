"""One line per question of the word task: a difference with its interval and a word."""

from collections.abc import Sequence
from dataclasses import dataclass

from labkit.experiments import seed_verdicts
from labkit.experiments.llm.plan import TEMPERATURES, WordRun
from labkit.experiments.result import Result
from labkit.experiments.seed_verdicts import Verdict

Runs = Sequence[Result[WordRun]]
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
    temperature: str = "1.0"
    """Temperature of both arms, or `BEST` for the second arm's own best."""


CLAIMS = (
    Claim("GAD beats SeqKD of equal time: likelihood score", "gad_likelihood", "seqkd_longer"),
    Claim("and SeqKD at its best temperature", "gad_likelihood", "seqkd_longer", temperature=BEST),
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


def verdicts(runs: Runs, claims: Sequence[Claim] = CLAIMS) -> list[Verdict[Claim]]:
    """A line for each claim whose two arms were run, over the seeds that both share."""
    found = []
    for claim in claims:
        ours = _by_seed(runs, claim.first, claim.measure, _own(claim.temperature))
        theirs = _by_seed(runs, claim.second, claim.measure, claim.temperature)
        seeds = sorted(ours.keys() & theirs.keys())
        if seeds:
            found.append((claim, [ours[one] for one in seeds], [theirs[one] for one in seeds]))
    return seed_verdicts.verdicts(found)


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


def sentence(line: Verdict[Claim]) -> str:
    """A verdict in words, for the head of a file."""
    claim = line.claim
    return (
        f"{claim.said}: {line.word}; {claim.measure} of {claim.first} minus {claim.second} "
        f"{line.difference:+.3f} ({line.low:.3f} to {line.high:.3f}), {line.seeds} seeds, "
        f"temperature {claim.temperature}, p adjusted {line.holm:.2g}"
    )

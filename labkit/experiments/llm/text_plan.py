"""Which runs the real-text study asks for, and how large each is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

NAME = "llm_text"
TEXT_VERSION = 1
"""Part of each run: raise it when the same settings give other results."""
TABLE = "llm_text"
CHOICE_TABLE = "llm_text_validation"
TEMPERATURES = (1.0, 0.8, 0.65, 0.5)
"""At which each student writes, and is compared with the teacher as it then writes."""
LENGTHS = {"short": 10, "long": 20}
"""Most tokens of an answer, its end token counted."""
ARMS = (
    "teacher",
    "start",
    "seqkd_longer",
    "forward_kl",
    "reverse_kl",
    "skew_reverse_kl",
    "jsd",
    "reverse_kl_own",
    "gkd",
    "gakd_without",
    "gakd",
    "gakd_no_penalty",
    "gad_likelihood",
    "gad_likelihood_frozen",
)
LONG_ARMS = ("teacher", "start", "seqkd_longer", "reverse_kl_own", "gakd_without", "gakd")
UNTRAINED = ("teacher", "start")
RATES = (2e-3, 6e-3)
"""Largest step sizes of the student, of which each arm takes its best on validation prompts."""
POLICY_RATES = (5e-4, 2e-3)
"""The same where rewards teach, which long steps ruin."""
CHOICE_SEED = 100
"""Of the runs on validation prompts; no run on test prompts has it."""


@dataclass(frozen=True)
class TextScale:
    """How long everything is trained."""

    questions: int | None
    """Most training questions; None takes all."""
    held_out: int
    """Most prompts of validation, of test and of another domain."""
    samples: int
    """The teacher's answers to each training prompt."""
    teacher_steps: int
    proxy_steps: int
    """SeqKD of the larger model that GAD's score begins as."""
    start_steps: int
    """SeqKD of the student that every arm starts from."""
    longer_steps: int
    """Further SeqKD; with the next four, chosen for about equal processor time."""
    fixed_steps: int
    """A divergence on the teacher's text."""
    own_steps: int
    """A divergence on the student's own text."""
    gakd_steps: int
    play_steps: int
    """GAD."""


SCALES = {
    "classroom": TextScale(None, 200, 3, 900, 700, 1500, 600, 180, 110, 75, 35),
    "smoke": TextScale(120, 12, 1, 4, 3, 4, 3, 3, 3, 3, 2),
}


@dataclass(frozen=True)
class TextRun:
    """One arm with one seed on TREC's questions."""

    arm: str
    """One of `ARMS`."""
    seed: int
    """Decides the student's first weights, the order of the texts and what is sampled."""
    length: str = "short"
    """One of `LENGTHS`."""
    rate: float = RATES[0]
    """Largest step size of the student after its start."""
    scale: str = "classroom"
    split: str = "test"
    """"test", or "validation" where settings are chosen."""
    rows: str = ""
    """Fingerprint of the texts, so that the same name with other texts is another run."""
    version: int = TEXT_VERSION

    def __post_init__(self) -> None:
        for name, found in {"arm": ARMS, "length": LENGTHS, "scale": SCALES}.items():
            if getattr(self, name) not in found:
                raise ValueError(
                    f"got the {name} {getattr(self, name)!r}, wanted one of {', '.join(found)}"
                )
        if self.seed < 0:
            raise ValueError(f"seed must be at least 0, got {self.seed}")
        if not self.rate > 0:
            raise ValueError(f"rate must be above 0, got {self.rate}")
        if self.split not in ("test", "validation"):
            raise ValueError(f"got the split {self.split!r}, wanted 'test' or 'validation'")


def candidates(scale: str = "classroom", arms: Sequence[str] = ARMS) -> list[TextRun]:
    """The runs on validation prompts: each arm that learns with each of its step sizes."""
    return [
        TextRun(arm, CHOICE_SEED, "short", rate, scale, "validation")
        for arm in arms
        if arm not in UNTRAINED
        for rate in (POLICY_RATES if arm.startswith("gad_") else RATES)
    ]


def planned(
    rates: Mapping[str, float],
    seeds: int = 5,
    scale: str = "classroom",
    arms: Sequence[str] = ARMS,
) -> list[TextRun]:
    """The runs of the table, seed by seed, so that a stop leaves whole seeds.

    rates: arm -> the step size that was chosen on validation prompts; long texts take the same
    errors: ValueError for fewer than one seed, or an unknown arm or scale
    """
    if seeds < 1:
        raise ValueError(f"seeds must be at least 1, got {seeds}")
    found = []
    for seed in range(seeds):
        for length, own in (("short", ARMS), ("long", LONG_ARMS)):
            for arm in (one for one in own if one in arms):
                run = TextRun(arm, seed, length, scale=scale)
                found.append(replace(run, rate=rates[arm]) if arm in rates else run)
    return found

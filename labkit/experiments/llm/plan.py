"""Which runs the word task asks for, and how large each is."""

from collections.abc import Sequence
from dataclasses import dataclass

NAME = "llm"
WORDS_VERSION = 1
"""Part of each run: raise it when the same settings give other results."""
TABLE = "llm_words"
TEMPERATURES = (1.0, 0.8, 0.5, 0.0)
"""At which each student answers: a gain that a lower temperature gives too is none."""
ARMS = (
    "start",
    "seqkd_longer",
    "proxy",
    "seqkd_proxy_text",
    "seqkd_filtered",
    "reverse_kl_proxy",
    "gad_likelihood",
    "gad_likelihood_frozen",
    "gad_sum",
    "gad_last",
    "exact_reward",
)
PROXIES = 3
"""Larger models that learnt the teacher's text; seed s takes number s modulo this."""


@dataclass(frozen=True)
class WordScale:
    """How long everything is trained."""

    words: int | None
    """Most words, the held-out ones included; None takes all."""
    validation: int
    test: int
    start_steps: int
    """SeqKD of the student that every arm starts from."""
    proxy_steps: int
    """SeqKD of the larger model."""
    longer_steps: int
    """Further SeqKD, which takes about as long as GAD with its proxy."""
    text_steps: int
    """SeqKD on the proxy's text and on filtered text."""
    play_steps: int
    """Steps of GAD and of reverse KL."""
    warmup_steps: int
    """Steps in which a scalar head learns alone before GAD."""
    batch: int
    """Words a step of GAD."""


SCALES = {
    "classroom": WordScale(None, 300, 400, 3000, 1100, 5800, 1900, 150, 200, 16),
    "smoke": WordScale(80, 10, 10, 6, 6, 4, 4, 3, 2, 4),
}


@dataclass(frozen=True)
class WordRun:
    """One arm with one seed on the word task."""

    arm: str
    """One of `ARMS`."""
    seed: int
    """Decides the student's first weights, order of the words and what is sampled."""
    scale: str = "classroom"
    split: str = "test"
    """"test", or "validation" where settings are chosen."""
    rows: str = ""
    """Fingerprint of the words, so that the same name with other words is another run."""
    version: int = WORDS_VERSION

    def __post_init__(self) -> None:
        if self.arm not in ARMS:
            raise ValueError(f"got the arm {self.arm!r}, wanted one of {', '.join(ARMS)}")
        if self.seed < 0:
            raise ValueError(f"seed must be at least 0, got {self.seed}")
        if self.scale not in SCALES:
            raise ValueError(f"got the scale {self.scale!r}, wanted one of {', '.join(SCALES)}")
        if self.split not in ("test", "validation"):
            raise ValueError(f"got the split {self.split!r}, wanted 'test' or 'validation'")


def planned(seeds: int = 5, scale: str = "classroom", arms: Sequence[str] = ARMS) -> list[WordRun]:
    """The runs of the table, seed by seed, so that a stop leaves whole seeds.

    errors: ValueError for fewer than one seed, or an unknown arm or scale
    """
    if seeds < 1:
        raise ValueError(f"seeds must be at least 1, got {seeds}")
    return [WordRun(arm, seed, scale) for seed in range(seeds) for arm in arms]

"""Which runs the prompt distillation asks for, and how large each is."""

from dataclasses import dataclass

TABLE = "llm_prompt"
ARMS = ("teacher", "untrained", "seqkd")
"""The model with the style prompt; without it; and after SeqKD without it."""


@dataclass(frozen=True)
class PromptScale:
    """How much is asked and learnt."""

    train: int
    """Questions learnt from."""
    held_out: int
    others: int
    """Held-out questions of another kind."""
    texts: int
    """Sentences nobody asked for, on which is measured what is lost."""
    steps: int


SCALES = {
    "classroom": PromptScale(192, 60, 40, 64, 60),
    "smoke": PromptScale(8, 2, 2, 2, 2),
}


@dataclass(frozen=True)
class PromptRun:
    """One arm with one seed."""

    arm: str
    seed: int = 0
    """Decides the order of the questions, the only chance there is."""
    scale: str = "classroom"
    version: int = 1
    """Raise it when the same settings give other results."""

    def __post_init__(self) -> None:
        if self.arm not in ARMS:
            raise ValueError(f"got the arm {self.arm!r}, wanted one of {', '.join(ARMS)}")
        if self.scale not in SCALES:
            raise ValueError(f"got the scale {self.scale!r}, wanted one of {', '.join(SCALES)}")
        if self.seed < 0 or (self.seed and self.arm != "seqkd"):
            raise ValueError(f"got seed {self.seed} for {self.arm}, wanted 0: nothing is drawn")


def planned(seeds: int = 3, scale: str = "classroom") -> list[PromptRun]:
    """The runs of the table: the two ends once, and SeqKD with so many seeds.

    errors: ValueError for fewer than one seed or an unknown scale
    """
    if seeds < 1:
        raise ValueError(f"seeds must be at least 1, got {seeds}")
    ends = [PromptRun(arm, 0, scale) for arm in ARMS[:2]]
    return ends + [PromptRun("seqkd", seed, scale) for seed in range(seeds)]

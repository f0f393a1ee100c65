"""Which runs the arms of the prompt distillation ask for, and how large each is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

TABLE = "llm_prompt_arms"
CHOICE_TABLE = "llm_prompt_arms_validation"
ARMS = (
    "teacher",
    "start",
    "seqkd_longer",
    "forward_kl",
    "reverse_kl",
    "jsd",
    "reverse_kl_own",
    "gakd_without",
    "gakd",
    "gad",
)
UNTRAINED = ("teacher", "start")
SAME_RATE = {"gakd_without": "gakd", "gad": "reverse_kl_own"}
"""Arms that take the step size of another: GAKD's control must differ in the adversary alone, and
for choices of GAD's own there was no time."""
RATES = (2e-4, 6e-4)
"""Largest step sizes of the student, of which each arm takes its best on validation questions."""
HEATS = (1.0, 0.8, 0.65, 0.5)
"""Temperatures at which longer SeqKD writes; the other arms write at the first."""
SEEDS, GAD_SEEDS = 3, 3
"""Runs of each arm, and of GAD, which takes several times as long as the others."""
CHOICE_SEED = 100
"""Of the runs on validation questions; no run on test questions has it."""


@dataclass(frozen=True)
class ArmScale:
    """How much is asked and learnt."""

    train: int
    """Questions learnt from."""
    validation: int
    """Questions by which step sizes are chosen."""
    held_out: int
    texts: int
    """Sentences nobody asked for, on which is measured what is lost."""
    start_steps: int
    """SeqKD that every arm starts from."""
    steps: int
    """Of every arm after its start, GAD excepted."""
    choice_steps: int
    """The same where step sizes are chosen."""
    warmup_steps: int
    """In which GAD's discriminator learns alone."""
    play_steps: int
    """GAD's own."""


SCALES = {
    "classroom": ArmScale(192, 16, 32, 32, 20, 8, 6, 6, 8),
    "smoke": ArmScale(8, 2, 2, 2, 2, 2, 2, 1, 1),
}


@dataclass(frozen=True)
class ArmRun:
    """One arm with one seed."""

    arm: str
    """One of `ARMS`."""
    seed: int = 0
    """Decides the order of the questions and what the student samples while it learns."""
    rate: float = RATES[0]
    """Largest step size of the student after its start."""
    scale: str = "classroom"
    split: str = "test"
    """"test", or "validation" where step sizes are chosen."""
    version: int = 1
    """Raise it when the same settings give other results."""

    def __post_init__(self) -> None:
        for name, known in {"arm": ARMS, "scale": SCALES}.items():
            if getattr(self, name) not in known:
                raise ValueError(
                    f"got the {name} {getattr(self, name)!r}, wanted one of {', '.join(known)}"
                )
        if self.seed < 0 or (self.seed and self.arm == "teacher"):
            raise ValueError(
                f"got seed {self.seed} for {self.arm}, wanted 0 for who learns nothing"
            )
        if not self.rate > 0:
            raise ValueError(f"rate must be above 0, got {self.rate}")
        if self.split not in ("test", "validation"):
            raise ValueError(f"got the split {self.split!r}, wanted 'test' or 'validation'")


def candidates(scale: str = "classroom") -> list[ArmRun]:
    """The runs on validation questions: each arm that chooses with each of the step sizes."""
    return [
        ArmRun(arm, CHOICE_SEED, rate, scale, "validation")
        for arm in ARMS
        if arm not in UNTRAINED and arm not in SAME_RATE
        for rate in RATES
    ]


def planned(
    rates: Mapping[str, float],
    seeds: int = 3,
    gad_seeds: int | None = None,
    scale: str = "classroom",
) -> list[ArmRun]:
    """The runs of the table, seed by seed, so that a stop leaves whole seeds.

    rates:     arm -> the step size that was chosen on validation questions
    gad_seeds: of GAD, which takes several times as long as the others; None for as many
    errors:    ValueError for fewer than one seed or an unknown scale
    """
    if seeds < 1:
        raise ValueError(f"seeds must be at least 1, got {seeds}")
    found = [ArmRun("teacher", scale=scale)]
    for seed in range(seeds):
        for arm in _of_seed(seed, seeds if gad_seeds is None else gad_seeds):
            run, rate = ArmRun(arm, seed, scale=scale), rates.get(SAME_RATE.get(arm, arm))
            found.append(run if rate is None else replace(run, rate=rate))
    return found


def _of_seed(seed: int, gad_seeds: int) -> Sequence[str]:
    return [arm for arm in ARMS[1:] if arm != "gad" or seed < gad_seeds]

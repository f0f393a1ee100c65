"""The runs beside the claims, and what each of them is compared with.

They were thought of after the claims were written, so nothing that they show is confirmed. The
students of stage 2 that they are compared with are those of `labkit reproduce confirm`, the same
runs under the same keys, so whatever one of the two commands has finished the other takes over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labkit.evaluation.verdict import FEWEST_SEEDS
from labkit.experiments.confirm import plan as confirm
from labkit.experiments.confirm.cast import testbed_named
from labkit.experiments.confirm.plan import CHAINS, GAN, KD, OF_CHAIN, SCALE, Plan, sets_at
from labkit.experiments.trial import Trial

NAME = "confirm_beyond"
SEEDS = FEWEST_SEEDS
"""Chains: enough for an interval, too few to settle half a point."""
WITHOUT, DIFFER, RESEMBLE = (f"second_stage {one}" for one in ("without", "differ", "resemble"))


@dataclass(frozen=True)
class Variation:
    """One thing that is done otherwise than in the arms of the claims."""

    arm: str
    option: str
    against: tuple[str, ...]
    """Arms that it is compared with; the last one is the nearest, one step away."""
    what: str
    """What is done otherwise, for the file."""

    @property
    def name(self) -> str:
        """The arm with its option."""
        return f"{self.arm} {self.option}"


def _student(option: str, what: str, *closer: str) -> Variation:
    """A student of stage 2; closer: arms that it is compared with beside the usual two."""
    return Variation("second_stage", option, (WITHOUT, DIFFER, *closer), what)


GAME = (
    _student("generator", "G of eq. 3 competes: stage-1 logits, noise and label in", RESEMBLE),
    _student(
        "generator_pretrained",
        "G and D have played eq. 3 before stage 2, as Algorithm 1's input says, and learn on",
        "second_stage generator",
    ),
    _student(
        "generator_frozen",
        "G and D have played eq. 3 before stage 2 and stay as they are: Algorithm 1, line 25, "
        "updates the three models alone",
        "second_stage generator_pretrained",
    ),
)
BUDGET = {
    "d_five_steps": "five steps of D for each of the student",
    "d_slow": "D's step size a tenth, 1e-4",
    "d_wide": "D four times as wide, 256",
    "d_warm": "D learns along for the first pass before the student listens to it",
}
"""What D has to work with, beside 1 step, 1e-3, 64 and no warm-up."""
BUDGETS = (
    *(_student(f"differ_{how}", what) for how, what in BUDGET.items()),
    *(_student(f"resemble_{how}", what, RESEMBLE) for how, what in BUDGET.items()),
)
MODULES = (
    _student(
        "teacher_against_itself",
        "the guided teacher is told apart from the teacher of stage 1, not from the student",
    ),
    _student(
        "three_modules",
        "each model is told apart from itself in stage 1: teacher, assistant and student",
        "stage_one",
        "second_stage teacher_against_itself",
    ),
)
SHARED = (
    Variation(
        "second_stage",
        "share_encoder",
        (DIFFER, WITHOUT),
        "no adversary of the student; all three models of stage 2 get a new classifier",
    ),
    Variation(
        "second_stage",
        "share_nothing",
        (DIFFER, WITHOUT),
        "no adversary of the student; all three start anew, with both stages' steps",
    ),
)
ABOVE = (
    Variation(
        "guided_teacher",
        "against_itself",
        ("unguided_teacher", "guided_teacher"),
        "told apart from the teacher of stage 1",
    ),
    Variation(
        "guided_assistant",
        "teacher_against_itself",
        ("guided_assistant",),
        "taught by the teacher that is told apart from itself",
    ),
    Variation(
        "guided_assistant",
        "three_modules",
        ("guided_assistant", "guided_assistant teacher_against_itself"),
        "taught by the same, and told apart from the assistant of stage 1",
    ),
    *(
        Variation(arm, option, (arm,), what)
        for option, what in (
            ("share_encoder", "a new classifier on the encoder of stage 1, as all models above it"),
            ("share_nothing", "anew, with both stages' steps, as all models above it"),
        )
        for arm in ("guided_teacher", "guided_assistant")
    ),
)
"""The models above the student in those variations that change them."""
VARIATIONS = (*GAME, *BUDGETS, *MODULES, *SHARED, *ABOVE)
REFERENCES = (
    ("stage_one", ""),
    ("guided_teacher", ""),
    ("unguided_teacher", ""),
    ("guided_assistant", ""),
    ("second_stage", "without"),
    ("second_stage", "differ"),
    ("second_stage", "resemble"),
)
"""(arm, option) of the runs of the claims that variations are compared with."""


def planned(
    names: Sequence[str] = (NAME,),
    seeds: int | None = None,
    datasets: Sequence[str] = (),
    scale: str = SCALE,
) -> Plan:
    """The runs per data set, three chains at a time.

    names: the one that there is; seeds: of every student arm; None takes `SEEDS`
    datasets: none given takes all of the paper's
    errors: ValueError for another name; AssetError where the paper's own models cannot be had
    """
    if list(names) != [NAME]:
        raise ValueError(f"got {', '.join(names)}, wanted {NAME} alone")
    count = SEEDS if seeds is None else seeds
    return {
        dataset: runs_of(dataset, count, scale, testbed_named(dataset, scale).folder.name)
        for dataset in datasets or sets_at(scale)
    }


def runs_of(dataset: str, seeds: int, scale: str, rows: str) -> list[Trial]:
    """The runs of one data set: three chains after three, those of the claims first."""
    return [
        trial(dataset, arm, seed, option, scale, rows)
        for seed, arm, option in _in_order(seeds)
        if arm not in OF_CHAIN or seed < CHAINS
    ]


def trial(
    dataset: str, arm: str, seed: int, option: str = "", scale: str = SCALE, rows: str = ""
) -> Trial:
    """One run; those of the claims are the very trials of `labkit reproduce confirm`."""
    if (arm, option) in REFERENCES:
        return confirm.trial(dataset, arm, seed, option, scale, rows)
    student = arm == "second_stage"
    gan = GAN if student and not option.startswith("share_") else 0.0
    return Trial(dataset, arm, seed, KD if student else 0.0, gan, option, scale, rows)


def _in_order(seeds: int) -> Iterator[tuple[int, str, str]]:
    varied = [(one.arm, one.option) for one in VARIATIONS]
    for start in range(0, seeds, FEWEST_SEEDS):
        block = range(start, min(start + FEWEST_SEEDS, seeds))
        yield from ((seed, arm, option) for seed in block for arm, option in REFERENCES)
        yield from ((seed, arm, option) for arm, option in varied for seed in block)

"""The runs of the study, in the order in which any beginning of them is worth having."""

from collections.abc import Iterator, Sequence

from labkit.evaluation.verdict import FEWEST_SEEDS
from labkit.experiments.confirm import cast
from labkit.experiments.confirm.cast import testbed_named
from labkit.experiments.trial import Trial

NAME = "confirm"
SCALE = "full"
VERSION = 1
"""Part of the names of what is kept: raise it when the same settings give other results."""
Plan = dict[str, list[Trial]]
"""Data set -> its runs."""
SETS = ("trec", "sst2", "subj", "sst5", cast.PART)
"""The paper's five, cheapest first; AG News is the part of its rows that is here."""
SEEDS = 5
CHAINS = 5
"""Teachers and assistants drawn; a seed beyond them takes a chain again, with a new student."""
KD, GAN = 0.5, 0.1
"""Weights of stage 2, the paper's alpha and beta: the cell that Tables 6 to 10 are read at."""
CORE = (
    ("teacher", ""),
    ("assistant", ""),
    ("stage_one", ""),
    ("guided_teacher", ""),
    ("guided_assistant", ""),
    ("second_stage", "without"),
    ("second_stage", "differ"),
    ("second_stage", "resemble"),
)
"""(arm, option) of the chain itself and of the primary claim: these come first."""
BESIDE = (
    ("second_stage", "more_labels"),
    ("direct", ""),
    ("one_stage", ""),
    ("no_sharing", ""),
    ("unguided_teacher", ""),
    ("labels", ""),
)
"""What the other claims compare with."""
OF_CHAIN = ("teacher", "assistant", "guided_teacher", "unguided_teacher", "guided_assistant")
"""Arms without a student: one run per chain, however many seeds there are."""


def planned(
    names: Sequence[str] = (NAME,),
    seeds: int | None = None,
    datasets: Sequence[str] = (),
    scale: str = SCALE,
) -> Plan:
    """The runs per data set, three chains at a time: so many already give verdicts.

    names: the one that there is; seeds: of every student arm; None takes `SEEDS`
    datasets: none given takes `SETS`, or `cast.SETS` at the scale `paper`
    errors: ValueError for another name; AssetError where the paper's own models cannot be had
    """
    if list(names) != [NAME]:
        raise ValueError(f"got {', '.join(names)}, wanted {NAME} alone")
    count = SEEDS if seeds is None else seeds
    return {
        dataset: runs_of(dataset, count, scale, testbed_named(dataset, scale).folder.name)
        for dataset in datasets or sets_at(scale)
    }


def sets_at(scale: str) -> tuple[str, ...]:
    """The data sets of a scale, in their order."""
    return cast.SETS if scale == cast.SCALE.name else SETS


def runs_of(dataset: str, seeds: int, scale: str, rows: str) -> list[Trial]:
    """The runs of one data set: the floor, then three chains after three, core arms first."""
    floor = Trial(dataset, "tfidf", scale=scale, rows=rows)
    found = [
        trial(dataset, arm, seed, option, scale, rows)
        for seed, arm, option in _in_order(seeds)
        if arm not in OF_CHAIN or seed < CHAINS
    ]
    return [floor, *found]


def _in_order(seeds: int) -> Iterator[tuple[int, str, str]]:
    """(seed, arm, option): chain by chain what a chain is made of, then arm by arm the rest."""
    for start in range(0, seeds, FEWEST_SEEDS):
        block = range(start, min(start + FEWEST_SEEDS, seeds))
        yield from ((seed, arm, option) for seed in block for arm, option in CORE)
        yield from ((seed, arm, option) for arm, option in BESIDE for seed in block)


def trial(
    dataset: str, arm: str, seed: int, option: str = "", scale: str = SCALE, rows: str = ""
) -> Trial:
    """One run; only an adversary of the student itself has a weight of its own."""
    gan = GAN if option in ("differ", "resemble") else 0.0
    kd = KD if arm == "second_stage" else 0.0
    return Trial(dataset, arm, seed, kd, gan, option, scale, rows)


def chain_of(seed: int) -> int:
    """The number of the chain, its teachers and assistants, that a student belongs to."""
    return seed % CHAINS

"""Which runs tell the explanations of a chance-level first stage apart."""

from collections.abc import Iterator, Sequence

from labkit.experiments.forensics.losses import FIRST_STAGE, SECOND_STAGE
from labkit.experiments.testbed import testbed_named
from labkit.experiments.trial import Trial

NAME = "forensics"
VERSION = 1
"""Part of the names of what is kept: raise it when the same settings give other results."""
Plan = dict[str, list[Trial]]
"""File of results -> its runs."""
SETS = ("sst2", "subj", "trec", "sst5", "ag_news_part")
"""The paper's five; AG News is the part of its rows that is here."""
TWO_CLASSES = ("sst2", "subj")
CORE = ("labels", "zscore", "zscored_both")
"""The arms that carry the answer; they come first and have all seeds."""
OTHERS = tuple(arm for arm in FIRST_STAGE if arm not in CORE)
SEEDS = 5
FEWER_SEEDS = 3
"""Of what is beside the answer: the other losses, the lab's own student, the largest set."""
LEVELS = ("tfidf", "teacher")
LAB_ARMS = ("labels", "zscored_both")


def planned(
    names: Sequence[str] = (NAME,),
    seeds: int | None = None,
    datasets: Sequence[str] = (),
    scale: str = "classroom",
) -> Plan:
    """The runs of the study, those that carry its answer first.

    names: the one that there is; seeds: of every arm, at most; datasets: none given takes `SETS`
    scale: of the teachers; the students see all training rows, but those of "smoke" a few
    errors: ValueError for another name
    """
    if list(names) != [NAME]:
        raise ValueError(f"got {', '.join(names)}, wanted {NAME} alone")
    asked = list(datasets or SETS)
    rows = {dataset: testbed_named(dataset, scale).folder.name for dataset in asked}
    most = SEEDS if seeds is None else seeds
    runs = [
        Trial(dataset, arm, seed, option=student, scale=scale, rows=rows[dataset])
        for dataset, arm, seed, student in _wanted(asked)
        if seed < most
    ]
    return {NAME: list(dict.fromkeys(runs))}


def _wanted(datasets: Sequence[str]) -> Iterator[tuple[str, str, int, str]]:
    """(data set, arm, seed, student) in the order in which they are worth having."""
    small = [name for name in datasets if name != "ag_news_part"]
    two = [name for name in small if name in TWO_CLASSES]
    yield from ((name, arm, 0, "") for name in small for arm in LEVELS)
    for seed in range(SEEDS):
        yield from ((name, arm, seed, "plain") for name in small for arm in CORE)
        yield from ((name, arm, seed, "plain") for name in two for arm in SECOND_STAGE)
        if seed < FEWER_SEEDS:
            yield from ((name, arm, seed, "plain") for name in small for arm in OTHERS)
            yield from ((name, arm, seed, "lab") for name in small for arm in LAB_ARMS)
    for name in [name for name in datasets if name not in small]:
        yield from ((name, arm, 0, "") for arm in LEVELS)
        for seed in range(FEWER_SEEDS):
            yield from ((name, arm, seed, "plain") for arm in CORE)

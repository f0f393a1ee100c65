"""Which runs the long chain needs, in which order, and what is compared with what."""

from collections.abc import Sequence

from labkit.experiments.testbed import testbed_named
from labkit.experiments.trial import Trial

NAME = "long_chain"
Plan = dict[str, list[Trial]]
"""File of results -> its runs."""
STEPS = (
    (("tfidf", ""), ("minilm", ""), ("mpnet", "")),
    (("assistant", ""), ("assistant_labels", "")),
    (
        ("from_assistant", ""),
        ("from_mpnet", ""),
        ("from_mpnet", "steps"),
        ("from_minilm", ""),
        ("from_assistant_labels", ""),
        ("labels", ""),
        ("labels", "steps"),
        ("from_assistant", "long"),
        ("from_mpnet", "long"),
        ("from_minilm", "long"),
        ("labels", "long"),
    ),
)
"""(arm, budget), in the order in which they need each other; the first step has no seeds."""
PAIRS = (
    (("from_assistant", ""), ("from_mpnet", "")),
    (("from_assistant", ""), ("from_mpnet", "steps")),
    (("from_assistant", ""), ("from_mpnet", "long")),
    (("from_assistant", ""), ("labels", "steps")),
    (("from_mpnet", "steps"), ("labels", "steps")),
    (("from_assistant", ""), ("from_minilm", "")),
    (("from_assistant", ""), ("from_assistant_labels", "")),
    (("from_assistant", "long"), ("from_mpnet", "long")),
    (("from_assistant", "long"), ("from_minilm", "long")),
    (("from_mpnet", "long"), ("labels", "long")),
    (("assistant", ""), ("assistant_labels", "")),
)
"""What is compared with what, test text by test text."""


def planned(
    names: Sequence[str] = (NAME,),
    seeds: int | None = None,
    datasets: Sequence[str] = (),
    scale: str = "classroom",
) -> Plan:
    """The runs of each data set, on the rows that are here now, as they need each other.

    names: the one that there is; seeds: of each arm, None takes 5; datasets: none given is TREC
    """
    if list(names) != [NAME]:
        raise ValueError(f"got {', '.join(names)}, wanted {NAME} alone")
    return {
        f"{NAME}_{dataset}": _trials(dataset, 5 if seeds is None else seeds, scale)
        for dataset in datasets or ("trec",)
    }


def _trials(dataset: str, seeds: int, scale: str) -> list[Trial]:
    rows = testbed_named(dataset, scale).folder.name
    return [
        Trial(dataset, arm, seed, option=option, scale=scale, rows=rows)
        for place, step in enumerate(STEPS)
        for arm, option in step
        for seed in range(seeds if place else 1)
    ]


def in_steps(trials: Sequence[Trial]) -> list[list[Trial]]:
    """The trials in the order in which they need each other."""
    return [[one for one in trials if (one.arm, one.option) in step] for step in STEPS]

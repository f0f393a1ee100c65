"""Which runs each table and figure of the paper needs, and those that the lab adds to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from labkit.experiments.trial import Trial

GRID_SETS = {
    "table6": "sst5",
    "table7": "sst2",
    "table8": "trec",
    "table9": "ag_news",
    "table10": "subj",
}
SETS = tuple(GRID_SETS.values())
TENTHS = tuple(round(tenth / 10, 1) for tenth in range(10))
BETAS = (0.1, 0.2, 0.3)
SHARING = ("none", "partial", "full")
SHARING_ALPHAS = TENTHS[1:]
GUIDE_LABELS = (*TENTHS[1:], 1.0)
"""Weights of the labels for the guided teacher; at 1.0 nothing but more training is left."""
SOFT_LOSSES = ("kl", "zscore", "mse", "dkd", "rkd", "dist", "dist_intra", "batch_scale")

Seeds = Sequence[int]


@dataclass(frozen=True)
class Table:
    """One table or figure: what it is about, and which runs it needs."""

    name: str
    title: str
    seeds: int
    """How many seeds each arm with chance in it gets when nothing else is asked for."""
    trials: Callable[[Seeds], list[Trial]]


def cells() -> list[tuple[float, float]]:
    """The 27 pairs (kd, gan) of the paper's grid: gan 0.1 to 0.3, kd 0 to 0.9, sum at most 1."""
    return [(kd, gan) for gan in BETAS for kd in TENTHS if kd + gan <= 1 + 1e-9]


def fixed_arms(dataset: str) -> list[Trial]:
    """Floor and teacher, which have no seeds."""
    return [Trial(dataset, "tfidf"), Trial(dataset, "teacher")]


def beside_grid(dataset: str, seeds: Seeds) -> list[Trial]:
    """What every grid is read beside: the same budget without adversary, teacher or stages."""
    found = fixed_arms(dataset)
    for seed in seeds:
        found += [Trial(dataset, arm, seed) for arm in ("stage_one", "labels", "direct", "chained")]
        found += [Trial(dataset, "stage_two", seed, kd=kd) for kd in TENTHS]
    return found


def grid(dataset: str, seeds: Seeds) -> list[Trial]:
    """All 27 cells with all seeds, and what they are read beside."""
    found = [Trial(dataset, "stage_two", seed, kd, gan) for kd, gan in cells() for seed in seeds]
    return beside_grid(dataset, seeds) + found


def routes(seeds: Seeds) -> list[Trial]:
    """Teacher to student at once, or through an assistant."""
    found = []
    for dataset in ("sst5", "sst2"):
        found += fixed_arms(dataset)
        for seed in seeds:
            arms = ("assistant", "labels", "direct", "chained")
            found += [Trial(dataset, arm, seed) for arm in arms]
            found.append(Trial(dataset, "direct", seed, option="more_time"))
    return found


def guided(seeds: Seeds) -> list[Trial]:
    """The teacher of stage 2 over the weight of the labels."""
    found = []
    for dataset in ("sst5", "sst2"):
        found += fixed_arms(dataset)
        for seed in seeds:
            gans = [round(1 - ce, 1) for ce in GUIDE_LABELS]
            found += [Trial(dataset, "guided_teacher", seed, gan=gan) for gan in gans]
    return found


def sharing(seeds: Seeds, datasets: Sequence[str] = ("sst5", "sst2")) -> list[Trial]:
    """Stage 2 without an adversary of the student's own, from none to all of stage 1's weights.

    A stage 2 that shares none has fewer steps altogether; "chained" has them in one training.
    """
    found = []
    for dataset in datasets:
        found += fixed_arms(dataset)
        for seed in seeds:
            found += [Trial(dataset, arm, seed) for arm in ("stage_one", "labels", "chained")]
            found += [
                Trial(dataset, "stage_two", seed, kd=kd, option=_sharing(how))
                for how in SHARING
                for kd in SHARING_ALPHAS
            ]
    return found


def _sharing(how: str) -> str:
    return "" if how == "full" else how  # "full" is the default: the same trial as in the grids


def two_students(gan: float, seeds: Seeds) -> list[Trial]:
    """The adversary between the two students alone, over kd."""
    found = fixed_arms("sst5")
    for seed in seeds:
        found += [Trial("sst5", arm, seed) for arm in ("stage_one", "labels")]
        found.append(Trial("sst5", "student_student", seed, kd=1.0))
        found += [
            Trial("sst5", "student_student", seed, kd, gan) for kd in TENTHS if kd + gan <= 1 + 1e-9
        ]
    return found


def without_soft_loss(seeds: Seeds) -> list[Trial]:
    """One distillation, then labels and adversary alone."""
    found = fixed_arms("sst5")
    for seed in seeds:
        found += [Trial("sst5", arm, seed) for arm in ("stage_one", "labels")]
        found += [Trial("sst5", "stage_two", seed, gan=gan) for gan in TENTHS]
    return found


def modules(seeds: Seeds) -> list[Trial]:
    """One, two and three adversarial modules."""
    found = fixed_arms("sst5")
    for seed in seeds:
        found += [Trial("sst5", arm, seed) for arm in ("stage_one", "labels")]
        found += [Trial("sst5", "stage_two", seed, kd=0.5)]
        for arm in ("student_student", "stage_two", "three_modules"):
            found += [Trial("sst5", arm, seed, kd, 0.1) for kd in (0.3, 0.5, 0.7)]
    return found


def controls(seeds: Seeds) -> list[Trial]:
    """What is left of the adversary's effect when it knows less, and under both readings."""
    found = []
    for dataset in ("sst5", "trec"):
        found += fixed_arms(dataset)
        for seed in seeds:
            found += [Trial(dataset, arm, seed) for arm in ("stage_one", "labels")]
            found += [Trial(dataset, "stage_two", seed, kd=0.5, gan=gan) for gan in (0.0, 0.3)]
            found.append(Trial(dataset, "direct", seed, option="wider"))
            for option in ("", "within"):
                found.append(Trial(dataset, "shuffled", seed, 0.5, 0.3, option))
            for reading in ("", "resemble"):
                found.append(Trial(dataset, "student_student", seed, 0.5, 0.3, reading))
    return found


def beyond(seeds: Seeds) -> list[Trial]:
    """What else could move accuracy: other losses, a learned temperature, more texts."""
    found = []
    for dataset in ("trec", "sst2"):
        found += fixed_arms(dataset)
        for seed in seeds:
            found += [Trial(dataset, arm, seed) for arm in ("labels", "direct", "ctkd")]
            found += [Trial(dataset, "soft_loss", seed, option=name) for name in SOFT_LOSSES]
            found += [Trial(dataset, "augmented", seed, option=kind) for kind in ("hard", "soft")]
    return found


def surfaces(seeds: Seeds) -> list[Trial]:
    """All five grids."""
    return [trial for dataset in SETS for trial in grid(dataset, seeds)]


def _grid_of(dataset: str) -> Callable[[Seeds], list[Trial]]:
    return lambda seeds: grid(dataset, seeds)


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table("table1", "Sizes of teacher, assistant and student", 1, lambda seeds: []),
        Table("table2", "Route: direct or through an assistant", 5, routes),
        Table("table3", "Rows and classes of the data sets", 1, lambda seeds: []),
        Table("table4", "The teacher of stage 2 over the weight of its labels", 3, guided),
        Table("table5", "Weights shared between the stages", 5, sharing),
        *(
            Table(name, "Stage 2 over alpha and beta", 3, _grid_of(dataset))
            for name, dataset in GRID_SETS.items()
        ),
        Table("table11", "Two students alone, beta 0.1", 5, lambda seeds: two_students(0.1, seeds)),
        Table("table12", "Two students alone, beta 0.2", 5, lambda seeds: two_students(0.2, seeds)),
        Table("table13", "One distillation, then labels and adversary", 5, without_soft_loss),
        Table("figure2", "Sharing over alpha", 5, lambda seeds: sharing(seeds, ("sst5",))),
        Table("figure3", "Sharing over alpha", 5, lambda seeds: sharing(seeds, ("sst2",))),
        Table("figure4", "Teacher against the student of stage 2", 3, surfaces),
        Table("modules", "One, two and three adversarial modules", 5, modules),
        Table("controls", "Adversaries that know less, and both readings", 5, controls),
        Table("beyond", "Other losses, learned temperature, more texts", 3, beyond),
    )
}
"""Everything `labkit reproduce` can make, in its order."""


def table_named(name: str) -> Table:
    """The table of that name; a ValueError lists the names when there is none."""
    if name not in TABLES:
        raise ValueError(f"no table {name!r}; there are {', '.join(TABLES)}, or all")
    return TABLES[name]


def plan(name: str, seeds: int | None = None, datasets: Sequence[str] = ()) -> list[Trial]:
    """The runs of one table, each once.

    seeds:    how many seeds an arm gets; None is the table's own number
    datasets: keep only these; none given keeps all
    """
    table = table_named(name)
    found = table.trials(range(table.seeds if seeds is None else seeds))
    return [t for t in dict.fromkeys(found) if not datasets or t.dataset in datasets]

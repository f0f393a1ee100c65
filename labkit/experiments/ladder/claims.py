"""What a ladder is to show, and when it can show nothing."""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from labkit.evaluation.verdict import Verdict, compare
from labkit.experiments.ladder.climb import Rung
from labkit.plots import roles

FEW_TESTS = 196
"""Below so many test texts the 95 % interval of an accuracy may be wider than 7 points each way."""
RIVALS = ("student_labels", "student_plain_kd", "student_hard")


def by_arm(rungs: Sequence[Rung]) -> dict[str, list[Rung]]:
    """The rungs of each arm, in the order in which they came."""
    arms = dict.fromkeys(one.config.arm for one in rungs)
    return {arm: [one for one in rungs if one.config.arm == arm] for arm in arms}


def verdict_lines(rungs: Sequence[Rung]) -> list[str]:
    """What may be said of a ladder, one sentence per line; doubts come before verdicts."""
    return [*doubts(rungs), *(verdict.sentence for verdict in gains(rungs))]


def gains(rungs: Sequence[Rung]) -> list[Verdict]:
    """Whether the distilled student beats the arms that lack a part of what it had.

    Against labels alone: everything together. Against plain distillation: the copies of the texts,
    and with them another loss and batch size. Against hard labels on the same copies: the
    teacher's doubts.
    """
    arms = {arm: np.stack([one.correct for one in own]) for arm, own in by_arm(rungs).items()}
    shared = {arm: correct[: len(arms.get("student_kd", []))] for arm, correct in arms.items()}
    return [
        compare(
            roles.arm("student_kd").name, shared["student_kd"], roles.arm(other).name, shared[other]
        )
        for other in RIVALS
        if other in arms and "student_kd" in arms
    ]


def doubts(rungs: Sequence[Rung]) -> list[str]:
    """Why the numbers of a ladder may say nothing; empty where nothing is wrong."""
    found, tests = [], _tests(rungs)
    means = {arm: _mean(own) for arm, own in by_arm(rungs).items()}
    for floor in ("majority", "tfidf"):
        if "teacher" in means and floor in means and means["teacher"] <= means[floor]:
            found.append(
                f"The teacher ({means['teacher']:.3f}) is not above {roles.arm(floor).name} "
                f"({means[floor]:.3f}): it has nothing to teach, so no difference between the "
                "students speaks for or against distillation here."
            )
    if tests < FEW_TESTS:
        found.append(
            f"The test split has {tests} texts: each is {100 / tests:.1f} points, and an accuracy "
            f"is known to about {98 / sqrt(tests):.0f} points either way, so smaller differences "
            "cannot be told."
        )
    return found


def notes(rungs: Sequence[Rung]) -> dict[str, str]:
    """What a reader must know beside an arm's numbers; "" where nothing is wrong."""
    means = {arm: _mean(own) for arm, own in by_arm(rungs).items()}
    few = f"only {_tests(rungs)} test texts" if _tests(rungs) < FEW_TESTS else ""
    return {arm: "; ".join(filter(None, (_below(arm, means), few))) for arm in means}


def _below(arm: str, means: dict[str, float]) -> str:
    """The floor that an arm is not above, the lowest first."""
    floors = ["majority", "tfidf"][: {"majority": 0, "tfidf": 1}.get(arm, 2)]
    for floor in floors:
        if floor in means and means[arm] <= means[floor]:
            return f"not above {roles.arm(floor).name}"
    return ""


def _mean(rungs: Sequence[Rung]) -> float:
    return sum(one.accuracy for one in rungs) / len(rungs)


def _tests(rungs: Sequence[Rung]) -> int:
    return min(int(one.outcome["tests"]) for one in rungs)

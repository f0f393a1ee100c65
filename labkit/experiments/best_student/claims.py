"""What the best students are to show: does the teacher's answer beat the label?"""

from collections.abc import Sequence

import numpy as np

from labkit.evaluation.verdict import Verdict, compare
from labkit.experiments.best_student.plan import Run, of_chosen
from labkit.plots import roles


def gain(dataset: str, results: Sequence[Run]) -> Verdict:
    """Whether the distilled students beat those of the labels with the same seeds, text by text."""
    correct = {}
    for arm in ("distilled", "labels"):
        of_arm = [
            one
            for one in of_chosen(results)
            if (one.config.dataset, one.config.arm) == (dataset, arm)
        ]
        of_arm.sort(key=lambda one: one.config.seed)
        correct[arm] = np.stack([one.correct for one in of_arm])
    shared = min(map(len, correct.values()))
    taught, alone = (correct[arm][:shared] for arm in ("distilled", "labels"))
    return compare(roles.arm("distilled").name, taught, roles.arm("labels").name, alone)

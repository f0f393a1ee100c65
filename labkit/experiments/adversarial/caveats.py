"""What a reader of the tables would not expect of the method behind them, one line each."""

import math
from collections.abc import Mapping, Sequence

from labkit.experiments.scales import Scale
from labkit.methods.adversarial.second_stage import StageTwoConfig

SECOND_STAGE = ("stage_two", "student_student", "three_modules", "shuffled")
GUIDED = ("guided_teacher", "stage_two", "three_modules", "shuffled")
"""Arms that learn from a guided teacher, or are one."""
NO_SOFT_LOSS = ("tfidf", "teacher", "labels", "guided_teacher")


def caveats(arms: Mapping[str, bool], two_classes: Sequence[str], scale: Scale) -> dict[str, str]:
    """Lines for the head of a table, those that its arms and data sets make true.

    arms: code name of each arm of the table -> whether it has runs with an adversary of its own
    two_classes: its data sets with two classes
    """
    found = {}
    if any(arm in SECOND_STAGE for arm in arms):
        found["stage 2"] = _second_stage(arms)
    if any(arm in (*SECOND_STAGE, *GUIDED) for arm in arms):
        found["adversary"] = f"{_adversary(arms)}; no generator plays"
    if any(arm in GUIDED for arm in arms):
        steps = math.ceil(scale.guide_rows / StageTwoConfig().batch_size)
        found["guided teacher"] = (
            f"the teacher is guided for {steps} steps: one pass over at most {scale.guide_rows} "
            "texts"
        )
    if two_classes and any(arm not in NO_SOFT_LOSS for arm in arms):
        found["soft loss"] = (
            f"the lab's own batch-scaled KL on {' and '.join(two_classes)}, in place of the "
            "z-score, which would keep nothing but the sign at two classes"
        )
    return found


def _second_stage(arms: Mapping[str, bool]) -> str:
    line = "no assistant takes part: the student goes on from stage 1 with the teacher's logits"
    more = "; in three_modules it learns from an assistant that the guided teacher taught again"
    return line + (more if "three_modules" in arms else "")


def _adversary(arms: Mapping[str, bool]) -> str:
    played = {arm for arm in SECOND_STAGE if arms.get(arm)}
    differ = "to differ from the student of stage 1"
    if played == {"student_student"}:
        return f"the student is asked {differ}"
    if played:
        more = f"; in student_student it is asked {differ}, or to resemble the teacher"
        line = "the student is asked to resemble the teacher"
        return line + (more if "student_student" in played else "")
    student = "the student has none of its own; " if set(arms) & set(SECOND_STAGE) else ""
    return f"{student}the guided teacher is asked {differ}"

"""The check of lesson 06 on a gain that is measured beside the rival's best temperature."""

from collections.abc import Callable

from labkit.course.check import CheckFailed, answered, check, holds, same
from labkit.course.clues import clue


@check("06-fair")
def fair(answer: Callable[..., float]) -> None:
    """fair_gain(gad, seqkd) -> mean over seeds of GAD's share minus SeqKD's best one."""
    gad = {0: 0.8, 1: 0.6, 2: 0.7}
    rival = {0: {1.0: 0.3, 0.5: 0.5, 0.0: 0.4}, 1: {1.0: 0.3, 0.5: 0.4, 0.0: 0.55},
             2: {1.0: 0.32, 0.5: 0.35, 0.0: 0.3}}  # fmt: skip
    got = answer(gad, rival)
    answered(got, "fair_gain")
    holds(getattr(got, "shape", ()) == () and not isinstance(got, dict | list | tuple),
          f"got {got}, wanted one number: the mean over the seeds")  # fmt: skip
    best = [max(own.values()) for own in rival.values()]
    at_one = [own[1.0] for own in rival.values()]
    middle = [sum(own.values()) / 3 for own in rival.values()]
    mean = sum(gad.values()) / 3
    clues = {
        mean - sum(at_one) / 3: "that leaves SeqKD at temperature 1, where it does worst: take "
        "the temperature that suits it best",
        mean - sum(middle) / 3: "the best temperature of each seed, not the mean over them",
        mean - max(best): "each seed against its own rival, not against the luckiest seed",
        max(gad.values()) - max(best): "the mean over seeds, not the best of each side",
        max(gad[s] - best[s] for s in gad): "the mean over seeds, not the largest difference",
        mean - max(sum(own[t] for own in rival.values()) / 3 for t in (1.0, 0.5, 0.0)): "that is "
        "one temperature for all seeds; give the rival each seed's own best",
        mean - 1: "`max` of a dictionary is its largest key, a temperature: take its `.values()`",
        sum(gad[s] - best[s] for s in gad): "the mean over the seeds, not the sum",
        sum(best) / 3 - mean: "the sign: GAD minus SeqKD",
        mean - sum(min(own.values()) for own in rival.values()) / 3: "the rival's best, not its "
        "worst",
    }  # fmt: skip
    same(float(got), mean - sum(best) / 3, clue(got, clues) or "GAD minus the rival's best, mean")
    more = {1: rival[1], 4: {1.0: 0.9, 0.5: 0.9, 0.0: 0.9}, 0: rival[0], 2: rival[2]}
    says = "only seeds that both have can be compared, each with its own"
    for one, other in ((gad | {3: 0.0}, rival), (gad, more)):
        try:
            again = float(answer(one, other))
        except KeyError as error:
            raise CheckFailed(f"stopped with KeyError at seed {error}: {says}") from None
        same(again, mean - sum(best) / 3, says)

"""Two words per claim, direction and size, after Holm's correction over the whole list.

direction  yes    after Holm the difference is above 0
           no     after Holm it is below 0, or after Holm it lies inside plus and minus `matters`
           open   neither
size       as large as printed   after Holm within `matters` of the printed difference, or above it
           smaller               after Holm below the printed difference
           out of reach          the second arm stands so high that the printed difference does not
                                 fit above it
           open                  none of these
           none printed          the paper has no number for this comparison

Holm is applied to each of the three families of p values (difference, equivalence, size) over all
claims of the list, those without finished runs too. The printed number's own error, that of two
shares of so many test texts, is counted at its largest.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from labkit.evaluation.verdict import holm
from labkit.experiments.confirm.claim_list import Claim
from labkit.experiments.confirm.estimates import (
    Answers,
    Estimate,
    beside,
    level,
    mean_of,
    of_set,
)

YES, NO, OPEN = "yes", "no", "open"
AS_LARGE, SMALLER = "as large as printed", "smaller"
OUT_OF_REACH, NONE_PRINTED = "out of reach", "none printed"
LEVEL = 0.05
PAPER_TEXTS = {
    "sst2": 1821,
    "subj": 1000,
    "trec": 500,
    "sst5": 2210,
    "ag_news_part": 7600,
    "ag_news": 7600,
}
"""Test texts of the usual splits; the paper prints none. SUBJ's are taken as a tenth, one fold."""


@dataclass(frozen=True)
class Judged:
    """What became of a claim, as the mean over the sets that have three chains or more."""

    claim: Claim
    sets: tuple[str, ...]
    ours: Estimate | None
    each: Mapping[str, Estimate]
    """The same on each set, beside the claim: not corrected, and without a word."""
    levels: tuple[float, float]
    """Mean accuracy of the first and of the second arms on those sets."""
    printed: float = math.nan
    """Mean of the printed differences on the sets that have one."""
    gap: Estimate | None = None
    """Ours on those sets minus `printed`, both errors counted."""
    room: float = math.nan
    """What fits above the second arm on those sets: 1 minus its accuracy."""
    holm: float = math.nan
    equivalence: float = math.nan
    size_holm: float = math.nan
    smallest: float = math.nan
    direction: str = OPEN
    size: str = OPEN

    @property
    def why(self) -> str:
        """What the word of the direction rests on."""
        if self.ours is None:
            return "not run, or fewer than 3 chains"
        if self.direction == YES:
            return "above 0 after Holm"
        if self.direction == NO:
            below = self.holm < LEVEL
            return "below 0 after Holm" if below else f"within {100 * self.claim.matters:g} point"
        return "these runs decide neither"


def judged(claims: Sequence[Claim], answers: Mapping[str, Answers]) -> list[Judged]:
    """All claims of a list with their words; answers: data set -> its arms."""
    found = [_measured(claim, answers) for claim in claims]
    families = [
        holm([_p(one) for one in found]),
        holm([_p_outside(one) for one in found]),
        holm([one.gap.p() if one.gap else math.nan for one in found]),
    ]
    return [
        _with_words(replace(one, holm=p, equivalence=q, size_holm=r), len(claims))
        for one, p, q, r in zip(found, *families, strict=True)
    ]


def direction_of(one: Judged) -> str:
    """The answer to the sentence."""
    if one.ours is None:
        return OPEN
    if one.holm < LEVEL:
        return YES if one.ours.difference > 0 else NO
    return NO if one.equivalence < LEVEL else OPEN


def size_of(one: Judged, tests: int) -> str:
    """The answer to the printed number; tests: how many claims the list has."""
    if not one.claim.printed:
        return NONE_PRINTED
    if one.gap is None:
        return OPEN
    if one.printed > one.room:
        return OUT_OF_REACH
    if one.size_holm < LEVEL:
        return SMALLER if one.gap.difference < 0 else AS_LARGE
    near = one.gap.p_outside(one.claim.matters) * tests < LEVEL
    return AS_LARGE if near else OPEN


def _measured(claim: Claim, answers: Mapping[str, Answers]) -> Judged:
    each = {
        name: estimate
        for name, own in answers.items()
        if (estimate := of_set(own, claim.first, claim.second)) is not None
    }
    sets = tuple(each)
    ours = mean_of(list(each.values())) if each else None
    levels = (_mean_level(answers, sets, claim.first), _mean_level(answers, sets, claim.second))
    told = Judged(claim, sets, ours, each, levels)
    there = [name for name in sets if name in claim.printed]
    if not there:
        return told
    printed = sum(claim.printed[name] for name in there) / len(there)
    error = math.sqrt(sum(0.5 / PAPER_TEXTS[name] for name in there)) / len(there)
    gap = beside(mean_of([each[name] for name in there]), printed, error)
    room = 1 - _mean_level(answers, there, claim.second)
    return replace(told, printed=printed, gap=gap, room=room)


def _mean_level(answers: Mapping[str, Answers], sets: Sequence[str], arms: Sequence[str]) -> float:
    return sum(level(answers[name], arms) for name in sets) / len(sets) if sets else math.nan


def _with_words(one: Judged, tests: int) -> Judged:
    smallest = math.nan if one.ours is None else one.ours.smallest(tests)
    found = replace(one, smallest=smallest)
    return replace(found, direction=direction_of(found), size=size_of(found, tests))


def _p(one: Judged) -> float:
    return math.nan if one.ours is None else one.ours.p()


def _p_outside(one: Judged) -> float:
    return math.nan if one.ours is None else one.ours.p_outside(one.claim.matters)

"""Who is who: from the code name of an arm, or a name for people, to the way it is drawn."""

from dataclasses import dataclass

from labkit.plots.arm_names import ARMS, Arm
from labkit.plots.looks import ROLES, Look


@dataclass(frozen=True)
class Budget:
    """How long the students of one arm of the long chain may learn, for people."""

    name: str
    mark: str
    """Of its points."""


BUDGETS = {
    "": Budget("own steps", "o"),
    "steps": Budget("the chain's steps", "s"),
    "long": Budget("the chain's time", "D"),
}
"""Option of an arm of the long chain -> its budget."""


def arm(code: str, option: str = "") -> Arm:
    """The arm of a code name and an option, as both stand in a file of results.

    errors: ValueError when there is no such arm
    """
    whole = f"{code} {option}".strip()
    if whole not in ARMS:
        raise ValueError(
            f"no arm {whole!r} in labkit/plots/arm_names.py; add its name and its role"
        )
    return ARMS[whole]


def with_budget(code: str, option: str) -> str:
    """An arm of the long chain and its budget, for people: "direct KD (own steps)"."""
    return f"{arm(code).name} ({BUDGETS[option].name})"


def role_of(name: str) -> str:
    """The role of a name for people: that of its arm, or the first whose word the name holds.

    "Student, z-score" -> "student"; "other" when there is none. Case and line breaks do not count,
    and an arm may be named more closely behind a comma: "direct KD, equal steps".
    """
    found = _arm_of(_words(name))
    return found.role if found else next((role for role in ROLES if role in _words(name)), "other")


def look_of(name: str) -> Look:
    """How the arm of that name for people is drawn, or else the role that the name holds."""
    found = _arm_of(_words(name))
    return found.look if found else ROLES[role_of(name)]


def _words(name: str) -> str:
    return " ".join(name.lower().split())


def _arm_of(words: str) -> Arm | None:
    """The arm with the longest name that `words` is, or begins with before a comma."""
    fits = [one for one in ARMS.values() if f"{words},".startswith(f"{one.name.lower()},")]
    return max(fits, key=lambda one: len(one.name), default=None)

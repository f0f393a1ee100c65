"""What a student's function gave back, as numbers; else a sentence that says what is wanted."""

from collections.abc import Callable

from labkit.course.check import CheckFailed, answered


def numbers(got: object, names: tuple[str, ...]) -> tuple[float, ...]:
    """Numbers as floats, or a sentence that says which ones are wanted."""
    answered(got)
    try:
        found = tuple(float(one) for one in got)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        found = ()
    if len(found) != len(names):
        raise CheckFailed(f"got {got!r}, wanted the numbers {', '.join(names)}")
    return found


def of_booleans(answer: Callable[..., object], *given: object) -> object:
    """What the answer gives; numpy's own advice for booleans, `^`, forgets who was right."""
    try:
        return answer(*given)
    except TypeError as error:
        if "boolean subtract" not in str(error):
            raise
        hint = "True minus True does not exist: `.astype(float)` first (numpy's advice, `^`, makes "
        raise CheckFailed(f"{hint}1 of a text that was lost, too)") from None

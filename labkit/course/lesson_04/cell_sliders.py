"""The two sliders that choose a cell of the stage-2 grid; impossible cells cannot be chosen."""

from labkit.course.widgets.controls import Control, number, sum_at_most

START = (0.5, 0.1)


def weights() -> dict[str, Control]:
    """Controls for alpha and beta that cannot sum to more than 1: beta moves alpha's end."""
    alpha = number("alpha", START[0], 0, 1, 0.1, "teacher")
    beta = number("beta", START[1], 0, 0.3, 0.1, "adversary")
    sum_at_most(alpha, beta)
    return {"alpha": alpha, "beta": beta}


def possible(alpha: float, beta: float, **others: object) -> bool:
    """Whether the labels are left a weight of at least 0."""
    return alpha + beta <= 1 + 1e-9

"""A teacher with two modes, a student with one, and the KL that is chosen."""

import torch
from matplotlib.axes import Axes
from torch import Tensor

from labkit.course.widgets.controls import choice, number
from labkit.course.widgets.panel import Panel
from labkit.plots.looks import ROLES

PLACES = torch.arange(12.0)
"""Tokens in a row, so that a student with one bump has something to be near to."""
KINDS = ("forward KL", "reverse KL", "JSD")
SIZE = (8.0, 3.4)


def two_modes(second: float) -> Tensor:
    """The teacher, (12,): a bump at 3 and one at 9, the second with this share in [0, 1]."""
    first_bump, second_bump = (bump(place, 0.8) for place in (3.0, 9.0))
    return (1 - second) * first_bump + second * second_bump


def bump(centre: float | Tensor, spread: float | Tensor) -> Tensor:
    """A normal curve on the twelve tokens that sums to 1."""
    return (-0.5 * ((PLACES - centre) / spread).square()).softmax(0)


def parts(teacher: Tensor, student: Tensor, kind: str) -> Tensor:
    """What each token adds to the divergence, nats, (12,)."""
    if kind == "forward KL":
        return _terms(teacher, student)
    if kind == "reverse KL":
        return _terms(student, teacher)
    middle = (teacher + student) / 2
    return (_terms(teacher, middle) + _terms(student, middle)) / 2


def _terms(first: Tensor, second: Tensor) -> Tensor:
    return torch.xlogy(first, first) - torch.xlogy(first, second)


def fitted(teacher: Tensor, kind: str, centre: float, steps: int = 400) -> tuple[float, float]:
    """Centre and spread of the bump that gradient descent finds from this centre, spread 1."""
    where = torch.tensor([centre, 0.0], requires_grad=True)
    optimizer = torch.optim.Adam([where], 0.03)
    for _ in range(steps):
        loss = parts(teacher, bump(where[0], where[1].exp()), kind).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    found = where.detach()
    return float(found[0]), float(found[1].exp())


def panel() -> Panel:
    """The panel: move the student under the KL that is chosen, and look for its lowest value."""
    return Panel(
        draw,
        size=SIZE,
        kind=choice("divergence", KINDS),
        second=number("second mode", 0.4, 0, 1, 0.05),
        centre=number("student, centre", 6, 0, 11, 0.25),
        spread=number("student, spread", 2, 0.5, 6, 0.25),
    )


def draw(axes: Axes, kind: str, second: float, centre: float, spread: float) -> str:
    """Both distributions as steps, what each token adds as bars, the sum in the title."""
    teacher, student = two_modes(second), bump(centre, spread)
    added = parts(teacher, student, kind)
    axes.bar(range(len(PLACES)), added.tolist(), 0.6, color="0.75", label="added, nats")
    for name, values in (("teacher", teacher), ("student", student)):
        look = ROLES[name]
        axes.plot(range(len(PLACES)), values.tolist(), marker=look.mark, color=look.color,
                  linestyle=look.line, linewidth=2, label=name)  # fmt: skip
    axes.axhline(0, color="0.5", linewidth=0.8)
    axes.set(ylim=(-0.3, 1.1), xticks=range(0, len(PLACES), 3), xlabel="token")
    axes.set_ylabel("probability, or nats")
    axes.set_title(f"{kind}: {float(added.sum()):.2f} nats", fontsize=11)
    axes.legend(frameon=False, loc="upper left", fontsize=8)
    most = int(added.argmax())
    return (
        f"A teacher with modes at 3 and 9, the second with share {second:g}, and a student at "
        f"{centre:g} with spread {spread:g}: {kind} {float(added.sum()):.2f} nats, most of it "
        f"({float(added[most]):.2f}) from token {most}."
    )

"""The check of lesson 04 on weights that stage 2 takes over from stage 1."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from labkit.course.check import answered, check, holds


@check("04-share")
def share(answer: Callable[[nn.Module, nn.Module, str], nn.Module]) -> None:
    """shared(first, fresh, how) -> fresh with none, the body or all of first's weights."""
    first = _Small(seed=0)
    first_values = _copied(first)
    for how, wanted in (("none", ()), ("partial", ("body",)), ("full", ("body", "classifier"))):
        fresh = _Small(seed=1)
        before = _copied(fresh)
        got = answer(first, fresh, how)
        answered(got, "shared")
        what = "another model" if isinstance(got, nn.Module) else f"a {type(got).__name__}"
        holds(got is fresh, f"got {what} for {how!r}; copy into `fresh` and return it")
        untouched = all(
            torch.equal(first_values[name], one) for name, one in _copied(first).items()
        )
        holds(untouched, "stage 1's weights changed: copy from `first` into `fresh`")
        _same_parts(fresh, first_values, before, wanted, how)
    _stands_alone(answer, first, first_values)


class _Small(nn.Module):
    """A model with a body and a classifier, as every student has."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.body, self.classifier = nn.Linear(4, 3), nn.Linear(3, 2)


def _copied(model: nn.Module) -> dict[str, Tensor]:
    return {name: weight.detach().clone() for name, weight in model.state_dict().items()}


def _same_parts(
    fresh: nn.Module, first: Mapping[str, Tensor], before: Mapping[str, Tensor],
    shared: tuple[str, ...], how: str,
) -> None:  # fmt: skip
    for name, weight in fresh.state_dict().items():
        part = name.partition(".")[0]
        source, whose = (first, "stage 1's") if part in shared else (before, "its own first")
        hint = f"with {how!r}, `{name}` must have {whose} values"
        holds(torch.equal(weight, source[name]), hint)


def _stands_alone(
    answer: Callable[..., Any], first: nn.Module, first_values: Mapping[str, Tensor]
) -> None:
    """Training the fresh model must not move stage 1's weights."""
    fresh = answer(first, _Small(seed=2), "full")
    with torch.no_grad():
        for weight in fresh.parameters():
            weight.add_(1)
    for name, weight in first.state_dict().items():
        hint = f"stage 1's `{name}` moved when the fresh model learned: copy values, do not share"
        holds(torch.equal(weight, first_values[name]), hint)

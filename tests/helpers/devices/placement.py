"""Watches that no model trains or answers before it was placed on the device of its run."""

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

import pytest

MAKES_USE = ("predict", "distill", "second_stage", "guide_teacher", "ctkd", "embedding_pca")
"""Functions whose first argument is a model that computes."""


def watch(patch: pytest.MonkeyPatch, modules: Iterable[ModuleType]) -> set[str]:
    """Let every function of `MAKES_USE` in these modules refuse a model that was not placed.

    returns the names of the functions that were called, filled as they are
    """
    called: set[str] = set()
    for module in modules:
        if hasattr(module, "place"):
            patch.setattr(module, "place", placed)
        for name in MAKES_USE:
            if hasattr(module, name):
                patch.setattr(module, name, watched(getattr(module, name), name, called))
    return called


def placed(model: Any, where: object = None) -> Any:
    """Mark a model as placed."""
    model.was_placed = True
    return model


def watched(real: Callable[..., Any], name: str, called: set[str]) -> Callable[..., Any]:
    """The function, which refuses a model that was not placed."""

    def guarded(model: Any, *given: Any, **named: Any) -> Any:
        called.add(name)
        assert hasattr(model, "was_placed"), f"{name} got a model that was not placed"
        return real(model, *given, **named)

    return guarded

"""Wrong answers for the checks of a lesson, as parameters of one test."""

import pytest


def stub(*_):
    """What a student has before the first line is written."""
    raise NotImplementedError("write it")


def refused(check, wrong):
    """Parameters for a check's wrong answers: (check, answer, words of the sentence)."""
    wrong = {"stub": (stub, "not yet: write it"), "None": (lambda *_: None, "None"), **wrong}
    return [
        pytest.param(check, *case, id=f"{check.__name__}: {name}") for name, case in wrong.items()
    ]

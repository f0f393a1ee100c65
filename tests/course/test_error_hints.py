"""The usual errors of torch are followed by what to do; others are left as they are."""

import re

import pytest
import torch
from torch import nn

from labkit.course.error_hints import HINTS, hint

ROWS = torch.ones(2, 3)
CAUSES = {
    "axis lost": (lambda: ROWS / ROWS.sum(-1), "keepdim=True"),
    "no gradient": (lambda: ROWS.sum().backward(), "requires_grad_"),
    "and": (lambda: (ROWS > 0) and (ROWS > 1), "`&`"),
    "mean of truth values": (lambda: (ROWS > 0).mean(), r"`\.float\(\)`"),
    "float of many": (lambda: float(ROWS), "holds several"),
    "item of many": (lambda: ROWS.item(), "holds several"),
    "list of rows": (lambda: torch.stack([ROWS, [0]]), r"torch\.tensor\(rows\)"),
    "part of the weights": (lambda: nn.Linear(2, 1).load_state_dict({}), "strict=False"),
    "no F": (lambda: eval("F.softplus(0)", {}), "import torch.nn.functional as F"),
    "no np": (lambda: eval("np.mean([0])", {}), "import numpy as np"),
    "something else": (lambda: [][1], "^$"),
}


@pytest.mark.parametrize(("cause", "advice"), CAUSES.values(), ids=CAUSES)
def test_an_error_as_torch_raises_it_is_known_by_its_words(cause, advice):
    with pytest.raises((RuntimeError, TypeError, ValueError, IndexError, NameError)) as raised:
        cause()
    assert re.search(advice, hint(raised.value)), str(raised.value)


def test_every_hint_says_what_to_write_or_what_was_wanted():
    assert all("`" in advice or "wanted" in advice for advice in HINTS.values())

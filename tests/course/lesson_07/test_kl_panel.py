"""Two distributions and the KL that is chosen."""

import pytest
import torch
from matplotlib.figure import Figure

from labkit.course.lesson_07 import kl_panel
from labkit.llm.losses import forward_kl, jsd, reverse_kl

LOSSES = {"forward KL": forward_kl, "reverse KL": reverse_kl, "JSD": jsd}


@pytest.mark.parametrize("kind", kl_panel.KINDS)
def test_what_the_tokens_add_is_the_divergence_of_the_library(kind):
    teacher, student = kl_panel.two_modes(0.4), kl_panel.bump(5.0, 1.5)
    rows = [each.log()[None, None] for each in (student, teacher)]
    wanted = LOSSES[kind](*rows, torch.ones(1, 1, dtype=torch.bool))
    torch.testing.assert_close(kl_panel.parts(teacher, student, kind).sum(), wanted)
    assert float(kl_panel.parts(teacher, teacher, kind).abs().max()) < 1e-6


def test_forward_kl_covers_and_reverse_kl_seeks_the_mode_that_is_near():
    teacher = kl_panel.two_modes(0.4)
    centre, spread = kl_panel.fitted(teacher, "forward KL", 6.5)
    assert 4.5 < centre < 6.5 and spread > 2
    for start, mode in ((4.0, 3.0), (8.0, 9.0)):
        centre, spread = kl_panel.fitted(teacher, "reverse KL", start)
        assert abs(centre - mode) < 0.3 and spread < 1.2


def test_every_corner_is_drawn_without_an_error():
    panel = kl_panel.panel()
    assert panel.try_corners() > 20 and not panel.errors
    assert "reverse KL" in panel.static_twin(kind=("forward KL", "reverse KL")).alt


def test_the_alt_text_names_the_token_that_costs_most():
    said = kl_panel.draw(Figure().subplots(), "forward KL", 0.4, 3.0, 0.8)
    assert "from token 9" in said

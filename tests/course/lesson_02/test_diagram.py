"""The geometry is computed: z-scores of three classes lie on a circle, of two on two points."""

import math

import pytest
import torch

from labkit.course.lesson_02 import diagram
from labkit.losses.standardised import zscore

MANY = torch.randn(50, 4, generator=torch.Generator().manual_seed(0))


def test_three_classes_land_on_a_circle_of_the_radius_that_is_drawn():
    lengths = diagram.on_paper(zscore(MANY[:, :3])).norm(dim=-1)
    torch.testing.assert_close(lengths, torch.full((50,), math.sqrt(2)), atol=1e-4, rtol=0)


def test_two_classes_land_on_two_points():
    across = diagram.on_paper(zscore(MANY[:, :2]))
    assert torch.equal(across[:, 1], torch.zeros(50))
    assert sorted({round(x, 3) for x in across[:, 0].tolist()}) == [-1.0, 1.0]


def test_four_classes_are_seen_inside_the_outline_of_their_sphere():
    lengths = diagram.on_paper(zscore(MANY)).norm(dim=-1)
    assert float(lengths.max()) <= math.sqrt(3) + 1e-2
    assert float(lengths.min()) < 1.2  # those that point at the reader


@pytest.mark.parametrize("classes", [2, 3, 4])
def test_a_shift_of_all_logits_moves_no_point(classes):
    rows = MANY[:, :classes]
    torch.testing.assert_close(
        diagram.on_paper(rows + 7), diagram.on_paper(rows), atol=1e-4, rtol=0
    )


def test_each_row_is_a_hollow_and_a_filled_point():
    drawing = diagram.sphere()
    rows = sum(map(len, diagram.ROWS.values()))
    centres = len(diagram.ROWS)
    assert drawing.svg().count("<circle") == 2 * rows + centres
    assert "one of two points" in drawing.alt

"""At two classes the z-score loss teaches in proportion to eps / gap^2, and labels at every gap."""

import pytest
import torch

from labkit.experiments.forensics.gradient_law import label_gradient, law, soft_gradient


@pytest.mark.parametrize("gap", [1e-5, 1e-3, 1e-1])
def test_a_gap_ten_times_as_large_teaches_a_hundredth(gap):
    measured = soft_gradient(gap) / soft_gradient(10 * gap)
    assert measured == pytest.approx(100, rel=0.05)
    assert (law(torch.tensor(gap)) / law(torch.tensor(10 * gap))).item() == pytest.approx(
        measured, rel=0.05
    )


def test_cross_entropy_teaches_at_every_gap():
    assert label_gradient(1e-7) == pytest.approx(0.5 * 2**0.5, rel=1e-4)
    assert label_gradient(1.0) > label_gradient(1e-7)
    assert soft_gradient(1e-1) < 1e-3 * label_gradient(1e-1)

"""The diagram's claim about two classes is what the losses do."""

import torch

from labkit.course.lesson_02 import place_diagram
from labkit.losses.standardised import zscore


def test_in_both_readings_the_soft_loss_reads_z_scores_and_the_hard_loss_tells_them_apart():
    assert [way.hard_from for way in place_diagram.WAYS] == ["logits", "z-scores"]
    said = place_diagram.where_it_stands().alt
    assert said.count("the soft loss takes the z-scores") == 2
    assert "the cross-entropy takes the logits; at two classes the soft loss has no" in said


def test_at_two_classes_a_cross_entropy_on_z_scores_has_no_gradient_as_the_diagram_says():
    logits = torch.tensor([[2.0, -1.0], [0.5, 1.5]], requires_grad=True)
    torch.nn.functional.cross_entropy(zscore(logits), torch.tensor([1, 1])).backward()
    assert float(logits.grad.abs().max()) < 1e-6
    assert "neither loss has a gradient" in place_diagram.where_it_stands().svg()

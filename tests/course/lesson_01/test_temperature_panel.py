"""The temperature panel: right numbers, right words."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from labkit.course.lesson_01 import temperature_panel as temperature


def test_softened_agrees_with_torch_and_survives_large_logits():
    import torch

    logits = np.array([900.0, 1.0, -2.0])
    for value in (0.5, 1.0, 16.0):
        wanted = torch.softmax(torch.tensor(logits) / value, dim=0).numpy()
        np.testing.assert_allclose(temperature.softened(logits, value), wanted, atol=1e-12)
    with pytest.raises(ValueError, match="temperature must be > 0, got 0"):
        temperature.softened(logits, 0)


def test_entropy_is_zero_for_one_class_and_the_logarithm_for_equal_ones():
    assert temperature.entropy(np.array([1.0, 0.0])) == 0
    assert temperature.entropy(np.full(4, 0.25)) == pytest.approx(np.log(4))


def test_the_bars_are_the_softened_classes_and_the_alt_text_has_their_numbers():
    axes = Figure().subplots()
    before = {"temperature": 1.0, "class_A": 0.0, "class_B": 0.0}
    said = temperature.draw(axes, 2.0, before=before, class_A=2 * np.log(3), class_B=0.0)
    heights = [bar.get_height() for bar in axes.containers[1]]
    assert heights == pytest.approx([0.75, 0.25])
    assert "at temperature 2: A 0.75, B 0.25" in said
    assert [text.get_text() for text in axes.get_xticklabels()] == ["A", "B"]
    assert any("previous" in text.get_text() for text in axes.get_legend().get_texts())


def test_the_panel_draws_every_corner():
    panel = temperature.panel(4)
    assert len(panel.controls) == 5
    assert panel.try_corners() == 2**5


def test_six_classes_have_six_bars():
    assert temperature.panel(6).picture(temperature=4.0).alt.count(", F 0.0") == 1


@pytest.mark.parametrize("classes", [2, 7])
def test_other_numbers_of_classes_are_refused(classes):
    with pytest.raises(ValueError, match="must be 3 to 6"):
        temperature.panel(classes)

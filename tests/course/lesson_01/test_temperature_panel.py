"""The temperature panel: right numbers, right words."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from labkit.course.lesson_01 import temperature_panel


def test_the_bars_are_the_softened_classes_and_the_alt_text_has_their_numbers():
    axes = Figure().subplots()
    before = {"temperature": 1.0, "class_A": 0.0, "class_B": 0.0}
    said = temperature_panel.draw_softened(
        axes, 2.0, before=before, class_A=2 * np.log(3), class_B=0.0
    )
    heights = [bar.get_height() for bar in axes.containers[1]]
    assert heights == pytest.approx([0.75, 0.25])
    assert "at temperature 2: A 0.75, B 0.25" in said
    assert [text.get_text() for text in axes.get_xticklabels()] == ["A", "B"]
    assert any("previous" in text.get_text() for text in axes.get_legend().get_texts())


def test_the_panel_draws_every_corner():
    panel = temperature_panel.panel(4)
    assert len(panel.controls) == 5
    assert panel.try_corners() == 2**5


def test_six_classes_have_six_bars():
    assert temperature_panel.panel(6).picture(temperature=4.0).alt.count(", F 0.0") == 1


@pytest.mark.parametrize("classes", [2, 7])
def test_other_numbers_of_classes_are_refused(classes):
    with pytest.raises(ValueError, match="must be 3 to 6"):
        temperature_panel.panel(classes)


def test_each_bar_carries_its_number():
    axes = Figure().subplots()
    temperature_panel.draw_softened(axes, 1.0, class_A=float(np.log(3)), class_B=0.0)
    assert [text.get_text() for text in axes.texts] == ["0.75", "0.25"] * 2


def test_the_title_has_the_entropy_and_its_limit():
    axes = Figure().subplots()
    temperature_panel.draw_softened(axes, 1.0, class_A=0.0, class_B=0.0)
    assert axes.get_title() == "entropy 0.69 nats, at most 0.69"

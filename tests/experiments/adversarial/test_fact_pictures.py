"""A number of ours beside the paper's."""

import pytest
from matplotlib.figure import Figure

from labkit.experiments.adversarial import fact_pictures

OURS, PAPER = {"teacher": 86.6, "student": 15.9}, {"student": 165.6, "other": 3.0}


def test_each_number_has_a_bar_of_its_length_and_is_written_beside_it():
    axes = Figure().subplots()
    fact_pictures.beside_the_paper(axes, OURS, PAPER, "MiB")
    assert [bar.get_width() for bar in axes.patches] == [86.6, 15.9, 165.6]
    assert [text.get_text() for text in axes.texts] == ["86.6", "15.9", "165.6"]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["teacher", "student"]
    ours, paper = axes.patches[1], axes.patches[2]
    assert ours.get_y() + ours.get_height() == pytest.approx(0.98)
    assert paper.get_y() == pytest.approx(1.02)
    assert axes.get_xlim()[0] == 0
    assert axes.get_xlabel() == "MiB"


def test_it_is_saved_as_an_image(tmp_path):
    fact_pictures.save(tmp_path / "t.png", "Sizes", OURS, PAPER, "MiB")
    assert (tmp_path / "t.png").read_bytes().startswith(b"\x89PNG")

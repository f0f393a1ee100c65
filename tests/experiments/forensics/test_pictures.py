"""The picture says the numbers that the file holds, and the law that no run is needed for."""

import pytest

from labkit.experiments.forensics.pictures import draw_gradient_law, first_stages_picture

ROWS = [
    {"dataset": name, "classes": classes, "arm": arm, "option": "plain", "accuracy": accuracy}
    for name, classes in (("sst2", "2"), ("trec", "6"))
    for arm, accuracy in (("labels", "0.78"), ("zscore", "0.77"), ("zscored_both", "0.50"))
]


def test_the_alt_text_names_every_bar_and_the_papers_number():
    alt = first_stages_picture(ROWS).alt
    for words in ("sst2, labels only 0.780", "trec, z-scored outputs in both losses 0.500",
                  "sst2, the paper 0.528", "trec, the paper 0.626"):  # fmt: skip
        assert words in alt


def test_a_set_without_runs_is_left_out():
    assert "subj" not in first_stages_picture(ROWS).alt


def test_the_law_is_drawn_on_logarithmic_axes_with_names():
    from matplotlib.figure import Figure

    axes = Figure().subplots()
    alt = draw_gradient_law(axes)
    assert axes.get_xscale() == axes.get_yscale() == "log"
    assert "gap" in axes.get_xlabel()
    assert "Cross-entropy has 0.71" in alt
    assert len(axes.lines) == pytest.approx(2)

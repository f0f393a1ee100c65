"""The z-score panel: right numbers, right words, every corner drawn."""

import pytest
from matplotlib.figure import Figure

from labkit.course.lesson_02 import zscore_panel


def test_the_bars_after_the_z_score_do_not_move_with_shift_and_scale():
    heights = []
    for a, b, c in ((3.0, 1.0, 0.0), (4.0, 2.0, 1.0), (4.5, 1.5, 0.0)):
        axes = Figure().subplots()
        zscore_panel.draw_zscored(axes, 1.0, class_A=a, class_B=b, class_C=c)
        heights.append([bar.get_height() for bar in axes.containers[1]])
    for other in heights[1:]:
        assert other == pytest.approx(heights[0])


def test_two_classes_have_only_two_pictures_and_the_alt_text_says_so():
    said = zscore_panel.panel(2).picture(class_A=5.0).alt
    assert "The z-scores are 0.71, -0.71" in said
    axes = Figure().subplots()
    before = {"temperature": 1.0, "class_A": 1.0, "class_B": 0.0}
    zscore_panel.draw_zscored(axes, 1.0, before=before, class_A=-2.0, class_B=3.0)
    assert "previous picture" in [text.get_text() for text in axes.get_legend().get_texts()]


def test_the_panel_draws_every_corner():
    assert zscore_panel.panel(3).try_corners() == 3**4
    assert zscore_panel.panel(2).try_corners() == 3**3


@pytest.mark.parametrize("classes", [1, 7])
def test_other_numbers_of_classes_are_refused(classes):
    with pytest.raises(ValueError, match="must be 2 to 6"):
        zscore_panel.panel(classes)


def test_equal_logits_have_scores_of_zero_and_not_of_nan():
    axes = Figure().subplots()
    zscore_panel.draw_zscored(axes, 1.0, class_A=2.0, class_B=2.0, class_C=2.0)
    assert axes.get_title() == "z-scores 0.00, 0.00, 0.00"


def test_each_bar_carries_its_number_where_there_is_room():
    few, many = Figure().subplots(), Figure().subplots()
    zscore_panel.draw_zscored(few, 1.0, class_A=3.0, class_B=-3.0)
    assert [text.get_text() for text in few.texts] == ["1.00", "0.00", "0.80", "0.20"]
    zscore_panel.draw_zscored(many, 1.0, **{f"class_{letter}": 1.0 for letter in "ABCDEF"})
    assert not many.texts

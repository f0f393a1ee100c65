"""The diagram dashes what training alone uses, and draws the way of a prediction in one line."""

from labkit.course.lesson_05 import passage_diagram


def test_a_prediction_goes_from_the_mean_to_the_class_head_without_a_sample():
    solid = [part for part in passage_diagram._prediction() if "<polygon" in part]
    assert len(solid) == 3
    assert not any('"6 5"' in part for part in solid)
    assert "The class head reads the mean alone" in passage_diagram.passage().alt


def test_noise_decoder_and_kl_are_reached_by_dashed_arrows_only():
    arrows = [part for part in passage_diagram._training() if "<polygon" in part]
    assert len(arrows) == 6
    assert all('"6 5"' in part for part in arrows)

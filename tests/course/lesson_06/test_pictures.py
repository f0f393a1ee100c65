"""Pictures of lesson 06 show what they are given, and say it."""

from labkit.course.lesson_06 import pictures, toy
from labkit.evaluation.verdict import interval
from labkit.experiments.llm.words import STYLES

END = toy.Moment(3.0, 0.7, 7.1, 0.36, -2.0)


def test_the_mixture_is_drawn_once_for_each_student():
    picture = pictures.mixture({"SeqKD": [END], "GAD": [END, END]})
    assert len(picture.figure.axes) == 2
    assert all(len(axes.patches) == len(toy.ANSWERS) for axes in picture.figure.axes)
    assert "GAD: mean 3.0, spread 0.70, forward KL 7.10, reverse KL 0.36" in picture.alt


def test_bars_are_cut_into_ways_and_say_the_sum():
    shares = {"x": dict(zip(STYLES, (0.5, 0.2, 0.1), strict=True)), "y": dict.fromkeys(STYLES, 0.1)}
    picture = pictures.ways_of_answering(shares)
    (axes,) = picture.figure.axes
    assert {text.get_text() for text in axes.texts} == {"80 % right", "30 % right"}
    assert "x: backwards 0.50, latin 0.20, sorted 0.10" in picture.alt


def test_every_arm_has_its_number_and_its_name():
    names = ("start", "gad_likelihood", "proxy")
    right = {name: interval([0.2, 0.3 + place / 10]) for place, name in enumerate(names)}
    lost = {name: interval([2.0, 3.0]) for name in names}
    picture = pictures.won_and_lost(right, lost)
    (axes,) = picture.figure.axes
    assert [text.get_text() for text in axes.texts] == ["1", "2", "3"]
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels[1] == "2  GAD, likelihood score"
    assert "GAD, likelihood score: right 0.30, forward KL 2.5" in picture.alt


def test_temperatures_are_sorted_and_seeds_are_thin():
    seeds = {0: {1.0: 0.2, 0.0: 0.6}, 1: {1.0: 0.4, 0.0: 0.8}}
    picture = pictures.over_temperature({"seqkd_longer": seeds})
    (axes,) = picture.figure.axes
    assert [list(line.get_xdata()) for line in axes.lines] == [[0.0, 1.0]] * 3
    assert "SeqKD, longer 0: 0.70, 1: 0.30" in picture.alt


def test_score_and_truth_stand_beside_each_other():
    run = [(1.0, -1.0, 0.25), (15.0, 0.5, 0.05)]
    picture = pictures.score_and_truth({"frozen": run})
    left, right = picture.figure.axes
    assert list(left.lines[0].get_ydata()) == [-1.0, 0.5]
    assert list(right.lines[0].get_ydata()) == [0.25, 0.05]
    assert "frozen: score -1.0 to 0.5, right 0.25 to 0.05" in picture.alt

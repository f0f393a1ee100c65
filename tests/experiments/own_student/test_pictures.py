"""Each picture of the page says its numbers in words."""

from labkit.evaluation.calibration import Bin, Coverage
from labkit.evaluation.verdict import proportion_interval
from labkit.experiments.own_student import pictures
from labkit.experiments.own_student.findings import Trust
from labkit.experiments.own_student.learning_curve import CurvePoint
from tests.helpers.own.made_lines import line


def test_each_line_has_its_size_and_its_interval():
    lines = [line("TF-IDF", 2.0, 80), line("student, int8", 4.0, 90)]
    picture = pictures.sizes(lines, lines[1])
    low, high = (f"{end:.3f}" for end in (lines[0].test.low, lines[0].test.high))
    assert f"TF-IDF 2.0 MiB, 0.800 from {low} to {high}" in picture.alt
    assert picture.alt.endswith("Taken: student, int8.")
    assert lines[1].test == proportion_interval(90, 100)


def test_only_bins_with_texts_are_drawn():
    bins = [Bin(0.5, 0.6, 0, float("nan"), float("nan")), Bin(0.9, 1.0, 7, 0.95, 0.85)]
    trust = Trust(1.5, 0.1, 0.05, bins, [Coverage(0.0, 1.0, 0.85)])
    picture = pictures.calibration(trust)
    assert "0.95 promised, 0.85 right, 7 texts" in picture.alt and "nan" not in picture.alt
    (points,) = picture.figure.axes[0].collections
    assert len(points.get_offsets()) == 1


def test_a_curve_for_each_model():
    curve = [CurvePoint("TF-IDF", 10, 0.5), CurvePoint("TF-IDF", 20, 0.6),
             CurvePoint("BiLSTM", 20, 0.7)]  # fmt: skip
    picture = pictures.more_labels(curve)
    assert "TF-IDF 0.500 at 10, 0.600 at 20; BiLSTM 0.700 at 20" in picture.alt
    assert "<img alt=" in picture.to_html()

"""Pictures of lesson 07 carry their numbers in words."""

from labkit.course.lesson_07 import pictures
from labkit.course.lesson_07.kl_panel import two_modes


def test_fits_name_centre_and_spread():
    picture = pictures.fits(two_modes(0.4), {"forward KL": (5.4, 3.0), "reverse KL": (3.0, 0.8)})
    assert "forward KL centre 5.4, spread 3.0" in picture.alt
    assert len(picture.figure.axes[0].lines) == 2


def test_students_are_points_with_both_numbers():
    picture = pictures.both_kls({"one": (1.0, 2.0), "two": (0.5, 3.0)})
    assert "one 1.00 and 2.00; two 0.50 and 3.00" in picture.alt
    xs = [float(line.get_xdata()[0]) for line in picture.figure.axes[0].lines]
    assert xs == [1.0, 0.5]


def test_a_sixth_student_looks_like_no_other():
    names = "abcdef"
    picture = pictures.both_kls({name: (place, 1.0) for place, name in enumerate(names)})
    looks = [(one.get_marker(), one.get_color(), one.get_markerfacecolor())
             for one in picture.figure.axes[0].lines]  # fmt: skip
    assert len(set(looks)) == len(names)


def test_slopes_say_where_they_end():
    picture = pictures.slopes({"with": [1.0, 0.01], "without": [1.0, 50.0]})
    assert "with ends at 0.01; without ends at 50" in picture.alt

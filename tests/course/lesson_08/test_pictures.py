"""The pictures say their numbers in words."""

import numpy as np

from labkit.course.lesson_08 import pictures
from labkit.evaluation.verdict import proportion_interval


def test_a_choice_names_the_best_and_what_is_taken():
    rows = np.arange(20)
    right = {"T 1": rows < 15, "T 4": rows < 14}
    said = pictures.settings(right, {"T 1": 9.0, "T 4": 3.0}, "T 4").alt
    assert "T 1 0.750 after 9 s; T 4 0.700 after 3 s" in said
    assert "to the best, T 1. Taken: T 4." in said


def test_a_guess_stands_beside_what_came_out():
    found = {"teacher": proportion_interval(9, 10), "TF-IDF": proportion_interval(7, 10)}
    picture = pictures.predicted({"teacher": 80}, found)
    assert picture.alt.count("thought") == 1
    assert "teacher: thought 0.80, came out 0.900" in picture.alt
    names = [label.get_text() for label in picture.figure.axes[0].get_yticklabels()]
    assert names == ["TF-IDF", "teacher"]


def test_latencies_and_shifts_are_read_out():
    said = pictures.latencies({"student": {1: 0.25, 64: 0.5}}).alt
    assert "student: 0.25 at 1, 0.5 at 64" in said
    said = pictures.shifts({"int8": np.array([0.01, 0.5]), "32 bits": np.zeros(2)}).alt
    assert "int8 0.5; 32 bits 0" in said

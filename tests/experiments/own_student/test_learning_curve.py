from labkit.data import study
from labkit.experiments.own_student import learning_curve as module
from labkit.experiments.own_student.learning_curve import floor_curve
from tests.helpers.own import tiny_own


def test_a_quarter_a_half_and_all_labels_are_measured_once(tmp_path, monkeypatch):
    part = study(tiny_own.put_in_place(monkeypatch, tmp_path))
    found = floor_curve(part, tmp_path)
    rows = len(part.train)
    assert [one.rows for one in found] == [round(rows / 4), round(rows / 2), rows]
    assert all(0 <= one.accuracy <= 1 for one in found)
    monkeypatch.setattr(module, "fit_words", None)
    assert floor_curve(part, tmp_path) == found

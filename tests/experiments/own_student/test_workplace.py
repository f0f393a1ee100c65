from labkit.data import study
from labkit.experiments.own_student import workplace as module
from labkit.experiments.own_student.workplace import make_floor, workplace
from tests.helpers.own import tiny_own


def test_other_rows_texts_or_minutes_have_another_place_and_the_same_have_the_same(
    tmp_path, monkeypatch
):
    part = study(tiny_own.put_in_place(monkeypatch, tmp_path))
    first = workplace(part, (), 30.0)
    assert workplace(part, (), 30.0) == first
    assert len({first.folder, workplace(part, ("a",), 30.0).folder,
                workplace(part, (), 5.0).folder}) == 3  # fmt: skip


def test_a_finished_floor_is_not_fitted_again_and_answers_are_kept(tmp_path, monkeypatch):
    part = study(tiny_own.put_in_place(monkeypatch, tmp_path))
    place = workplace(part, (), 30.0)
    make_floor(place, part)
    monkeypatch.setattr(module, "fit_words", None)
    make_floor(place, part)
    (row,) = place.rows()
    found = place.answers(row, "test", part.test["text"])
    monkeypatch.setattr(module, "answers", None)
    assert (place.answers(row, "test", part.test["text"]) == found).all()
    assert place.notes("tfidf")["rows"] == len(part.train)

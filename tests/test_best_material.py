"""Texts and answers that the best students learn from."""

from dataclasses import replace

from labkit import best_material


def test_other_rows_are_another_run(tiny_best):
    other = tiny_best.train.select(range(10))
    assert best_material.rows_mark(tiny_best) != best_material.rows_mark(
        replace(tiny_best, train=other)
    )


def test_texts_of_another_data_set_are_answered_too_but_never_those_that_measure(
    tiny_best, monkeypatch
):
    held = tiny_best.test["text"][0]
    asked = []

    def other(name, forbidden):
        asked.append((name, set(forbidden)))
        return ("a good new film", "a bad old film")

    monkeypatch.setattr(best_material, "transfer_texts", other)
    alone = best_material.material("made up", 1, "")[1]
    _, more, answers = best_material.material("made up", 1, "another")
    assert asked[0][0] == "another" and held in asked[0][1]
    assert more.texts == (*alone.texts, "a good new film", "a bad old film")
    assert len(answers) == len(more)
    assert best_material.rows_mark(tiny_best, more.texts) != best_material.rows_mark(tiny_best)

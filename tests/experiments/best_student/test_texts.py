"""Texts and answers that the best students learn from."""

from dataclasses import replace

from labkit.experiments.best_student import texts as best_material


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

    def other(name, forbidden, unlabelled):
        asked.append((name, unlabelled, set(forbidden)))
        return ("a good new film", "a bad old film")

    monkeypatch.setattr(best_material, "transfer_texts", other)
    alone = best_material.material(tiny_best, 1, "")[1]
    _, more, answers = best_material.material(tiny_best, 1, "another")
    assert asked[0][:2] == ("another", False) and held in asked[0][2]
    assert more.texts == (*alone.texts, "a good new film", "a bad old film")
    assert len(answers) == len(more)
    assert best_material.rows_mark(tiny_best, more.texts) != best_material.rows_mark(tiny_best)


def test_its_own_name_stands_for_its_texts_without_labels(tiny_best, monkeypatch):
    asked = []
    monkeypatch.setattr(
        best_material,
        "transfer_texts",
        lambda name, forbidden, unlabelled: asked.append((name, unlabelled)) or (),
    )
    best_material.more_texts(tiny_best, tiny_best.name)
    assert asked == [(tiny_best.name, True)]

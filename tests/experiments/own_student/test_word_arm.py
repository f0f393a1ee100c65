from labkit.experiments.own_student.word_arm import fit_words
from tests.helpers import tiny
from tests.helpers.studies import study_of


def study_with(change=lambda text: text, rows=120):
    pairs = [(change(text), label) for text, label in zip(*tiny.texts(rows), strict=True)]
    return study_of(pairs, pairs[:20])


def test_the_best_try_on_validation_is_kept_and_says_what_it_is():
    found = fit_words(study_with())
    assert found.accuracy == 1.0
    assert found.setting.startswith("C ") and len(found.words.vocabulary) == len(found.words.idf)


def test_texts_without_words_give_the_shares_of_the_classes():
    found = fit_words(study_with(lambda text: "!"))
    assert "shares of classes" in found.setting
    assert abs(sum(2.718281828**value for value in found.words.bias) - 1) < 1e-5

"""The trained rungs: what each learns from, and for how long."""

import pytest

from labkit.data.encoding.encoded_study import encode_study
from labkit.experiments.ladder import arms as ladder_arms
from labkit.experiments.ladder.arms import Budget, as_many_steps, with_variants
from labkit.methods.recipes import student_recipe
from tests.helpers import tiny
from tests.helpers.studies import study_of


@pytest.fixture
def small(monkeypatch):
    train, test = (list(zip(*tiny.texts(count, seed=count), strict=True)) for count in (60, 30))
    monkeypatch.setattr(ladder_arms, "load_tokenizer", lambda name: tiny.tokenizer())
    return train, test


def test_arms_without_variants_get_as_many_steps():
    config = as_many_steps(student_recipe(), rows=100, more_rows=1000, epochs=4)
    assert config.epochs * 4 == pytest.approx(4 * 16, abs=2)


def test_variants_are_new_texts_and_none_is_taken_from_the_test(small):
    texts = encode_study(study_of(*small), tiny.tokenizer())
    more = with_variants(texts, 3)
    assert list(more.texts[: len(texts.train)]) == list(texts.train.texts)
    assert len(set(more.texts)) == len(more) > 2 * len(texts.train)
    assert not set(more.texts[len(texts.train) :]) & {*texts.test.texts, *texts.validation.texts}
    assert with_variants(texts, 0) is texts.train


def test_a_tab_in_a_single_text_switches_no_copies_off(small):
    train, test = small
    texts = encode_study(study_of(train, test), tiny.tokenizer())
    (first, label), *rest = train
    tabbed = [(first.replace(" ", "\t", 1), label), *rest]
    with_tab = encode_study(study_of(tabbed, test), tiny.tokenizer())
    assert "\t" in with_tab.train.texts[0]
    plain, other = with_variants(texts, 3), with_variants(with_tab, 3)
    assert other.texts[1:] == plain.texts[1:]


@pytest.mark.parametrize("wrong", [{"variants": -1}, {"epochs": 0}])
def test_a_budget_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="variants must be at least 0 and epochs at least 1"):
        Budget(**wrong)

from dataclasses import replace

import pytest
import torch

from labkit.evaluation.baselines import majority, tfidf
from tests.helpers.studies import study_of

TRAIN = [("red rose", 0), ("red wine", 0), ("blue sky", 1), ("blue sea", 1), ("red hat", 0)]
TEST = [("a blue sea", 1), ("a red hat", 0), ("something else", 0)]


def test_the_majority_answers_with_the_most_frequent_class_and_its_share():
    logits = majority(study_of(TRAIN, TEST))
    assert logits.argmax(1).tolist() == [0, 0, 0]
    assert logits.exp()[0].tolist() == pytest.approx([0.6, 0.4, 0], abs=1e-5)


def test_words_tell_the_classes_apart():
    logits = tfidf(study_of(TRAIN, TEST))
    assert logits.argmax(1).tolist()[:2] == [1, 0]
    assert logits.exp().sum(1).tolist() == pytest.approx([1, 1, 1], abs=1e-4)


def test_a_class_that_train_lacks_is_never_chosen_and_breaks_nothing():
    logits = tfidf(study_of(TRAIN, TEST))
    assert torch.isfinite(logits).all()
    assert logits[:, 2].exp().tolist() == pytest.approx([1e-6] * 3)


@pytest.mark.parametrize("floor", [majority, tfidf])
def test_scores_have_no_floor_of_classes(floor):
    with pytest.raises(
        ValueError, match=r"made up has no classes: .* write words or whole numbers"
    ):
        floor(replace(study_of(TRAIN, TEST), label_names=()))


def test_texts_without_a_single_word_leave_the_shares_of_the_classes():
    part = study_of([("!", 0), ("?!", 0), ("👍", 1)], [("!!", 1), ("a b", 0)])
    assert torch.equal(tfidf(part), majority(part))

"""Texts of another data set for the teacher: without those that measure the student."""

import pytest

from labkit.data.transfer_texts import transfer_texts
from tests.helpers.tables import folder_of, rows
from tests.helpers.tiny_wheels import Lab


def test_only_train_texts_come_out_each_once_and_none_that_measures(lab: Lab) -> None:
    train = {"text": ["one", "two", "ONE ", "three", "four"], "label": [0, 1, 0, 1, 0]}
    folder_of(lab, train=train, validation=rows(3, "held"), test=rows(3, "measured"))
    assert transfer_texts("mine", forbidden=["  Three"]) == ("one", "two", "four")
    assert transfer_texts("mine", forbidden=["  Three"], most=2) == ("one", "two")


def test_of_pairs_the_first_text_is_taken_and_a_set_without_train_gives_all(lab: Lab) -> None:
    pairs = {"text_a": ["why?", "who?", "why?"], "text_b": ["so", "me", "too"], "label": [0, 1, 1]}
    folder_of(lab, validation=pairs)
    assert transfer_texts("mine") == ("why?", "who?")


def test_rows_without_labels_come_after_the_others_on_request(lab: Lab) -> None:
    extra = {"text": ["new", "row 0"], "label": [None, None]}
    folder_of(lab, train=rows(2), unlabelled=extra)
    assert transfer_texts("mine") == ("row 0", "row 1")
    assert transfer_texts("mine", unlabelled=True) == ("row 0", "row 1", "new")


def test_no_texts_at_all_is_refused(lab: Lab) -> None:
    folder_of(lab, train=rows(3))
    with pytest.raises(ValueError, match="most=0, wanted at least 1"):
        transfer_texts("mine", most=0)

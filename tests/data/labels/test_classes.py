"""Which classes a data set has, by given names or by the labels in it."""

import pytest

from labkit.data.labels.classes import find, named
from labkit.data.labels.numbered import unseen
from labkit.data.labels.spelling import HIDDEN
from tests.helpers.labelled.tables import classes_and_numbers, table


@pytest.mark.parametrize(
    "written", [["0.5", "1.0"], [0.25, 3.75], ["1", "2.5"], [float(n) for n in range(30)]]
)
def test_numbers_with_a_fraction_or_many_with_a_point_are_scores(written) -> None:
    assert classes_and_numbers(written)[0] is None


def test_many_whole_numbers_without_a_point_are_classes() -> None:
    assert classes_and_numbers([str(n) for n in range(30)])[0] == tuple(map(str, range(30)))


def test_given_names_are_found_by_number_and_in_another_case() -> None:
    classes = named(("no", "Yes"))
    assert [classes.place(v) for v in (0, "1", "1.0", "YES", "no", None)] == [0, 1, 1, 1, 0, HIDDEN]
    cased = named(("US", "us"))
    assert [cased.place(v) for v in ("us", "US", "Us")] == [1, 0, None]


def test_names_that_are_numbers_are_counted_only_where_the_file_says_so() -> None:
    assert named(("1", "2")).place(1) == 0
    assert named(("1", "2"), numbered=True).place(1) == 1


def test_words_that_were_joined_and_classes_that_train_lacks_are_noted() -> None:
    found = find({"train": table(["Neg", "neg", "pos"])})
    assert found is not None and found.notes == ("labels 'Neg' and 'neg' are one class",)
    notes = unseen({"train": [0, 1], "test": [2, 2, HIDDEN]}, ("a", "b", "c"))
    assert notes == (
        "class 'c' occurs in 2 rows of test and never in train, so no model can learn it",
    )


def test_a_minus_one_beside_0_and_1_is_a_class_with_a_note() -> None:
    doubtful, plain = (find({"train": table(values)}) for values in ([0, 1, -1, -1], [1, -1]))
    assert doubtful is not None and doubtful.names == ("-1", "0", "1")
    assert "label -1 in 2 rows is taken for a class of its own" in doubtful.notes[0]
    assert plain is not None and plain.names == ("-1", "1") and plain.notes == ()


def test_whole_numbers_of_many_digits_are_classes_and_not_scores() -> None:
    found = find({"train": table(["1" + "0" * 20, "1" + "0" * 30])})
    assert found is not None and found.names == ("1" + "0" * 20, "1" + "0" * 30)

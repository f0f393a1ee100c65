"""Labels of every spelling become the classes that people mean, or a line with a way out."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.data.catalog import AssetError
from labkit.data.formats.table import Table
from labkit.data.labels.classes import find, named
from labkit.data.labels.numbered import class_numbers, is_hidden, scores
from labkit.data.labels.spelling import HIDDEN, folded
from tests.helpers.labelled.tables import classes_and_numbers, table
from tests.helpers.properties import many

LABELS = st.one_of(
    st.integers(-3, 12),
    st.integers(-3, 12).map(str),
    st.integers(-3, 12).map(float),
    st.booleans(),
    st.sampled_from(["neg", "Neg", "pos", " pos", "007", "+7", "1.0", "é", "e\u0301"]),
)


@pytest.mark.parametrize(
    ("written", "names", "numbers"),
    [
        (["0.0", "1.0", "0.0"], ("0", "1"), [0, 1, 0]),
        ([0.0, 1.0, 0.0], ("0", "1"), [0, 1, 0]),
        ([0, "1", 0.0], ("0", "1"), [0, 1, 0]),
        (["007", "010", "7"], ("7", "10"), [0, 1, 0]),
        (["+1", "-1", "1"], ("-1", "1"), [1, 0, 1]),
        ([" 2", "10 ", "2"], ("2", "10"), [0, 1, 0]),
        ([True, False, True], ("false", "true"), [1, 0, 1]),
        ([True, "False", "TRUE"], ("False", "true"), [1, 0, 1]),
        (["Neg", "pos", "neg", "neg"], ("neg", "pos"), [0, 1, 0, 0]),
        (["a  b", "c", "a b", "a b"], ("a b", "c"), [0, 1, 0, 0]),
        (["caf\u00e9", "x", "cafe\u0301"], ("caf\u00e9", "x"), [0, 1, 0]),
        (["1", "two", 1, 1.0], ("1", "two"), [0, 1, 0, 0]),
        (["1_000", "2"], ("1_000", "2"), [0, 1]),
        (["NA", "SA"], ("NA", "SA"), [0, 1]),
        (["nan", "word"], ("nan", "word"), [0, 1]),
    ],
)
def test_every_spelling_of_a_label_is_the_same_class(written, names, numbers) -> None:
    assert classes_and_numbers(written) == (names, [numbers])


@pytest.mark.parametrize("hidden", [-1, "-1", -1.0, "-1.0", None, "", " ", math.nan])
def test_a_label_that_only_test_lacks_is_hidden(hidden) -> None:
    assert classes_and_numbers(["0", "1"], [hidden, "1"]) == (("0", "1"), [[0, 1], [HIDDEN, 1]])
    assert classes_and_numbers(["no", "yes"], [hidden])[1][1] == [HIDDEN]


def test_minus_one_is_a_class_where_train_has_it() -> None:
    assert classes_and_numbers(["-1", "1"], ["-1"]) == (("-1", "1"), [[0, 1], [0]])


def test_a_test_file_without_labels_is_hidden_as_a_whole() -> None:
    classes = named(("no", "yes"))
    bare = Table("test.csv", {"text": ["a", "b"]}, [2, 3])
    assert class_numbers("test", bare, classes) == [HIDDEN, HIDDEN]
    assert all(map(math.isnan, scores("test", bare)))


@pytest.mark.parametrize("missing", [None, "", math.nan])
def test_a_train_row_without_a_label_is_named(missing) -> None:
    with pytest.raises(AssetError, match="line 3 has no label; write it, or remove the row"):
        classes_and_numbers(["0.0", missing, "1.0"])


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (-1, "line 2 has label -1, which hides a label; wanted one of no, yes in train"),
        ("maybe", "line 2 has label 'maybe', wanted one of no, yes, or 0 to 1"),
        (2, "line 2 has label 2, wanted one of no, yes"),
        (["no"], r"line 2 has the label \['no'\], a list; wanted one class"),
        (True, "line 2 has label True"),
    ],
)
def test_a_label_outside_the_given_names_is_refused(value, wanted) -> None:
    with pytest.raises(AssetError, match=wanted):
        class_numbers("train", table([value]), named(("no", "yes")))


def test_a_score_that_is_no_number_is_named_and_a_hidden_one_is_nan() -> None:
    with pytest.raises(AssetError, match="line 3 has label 'inf', wanted a finite number"):
        scores("train", table(["0.5", "inf"]))
    assert math.isnan(scores("test", table([None]))[0])
    assert is_hidden(math.nan) and is_hidden(-1) and not is_hidden(0)


@many
@given(values=st.lists(LABELS, min_size=1, max_size=12))
def test_every_label_of_train_gets_a_class_and_equal_ones_get_the_same(values) -> None:
    classes = find({"train": table(values)})
    assert classes is not None
    numbers = class_numbers("train", table(values), classes)
    assert set(numbers) == set(range(len(classes.names)))
    assert len(set(classes.names)) == len(classes.names)
    by_word: dict[str, int] = {}
    for value, number in zip(values, numbers, strict=True):
        assert by_word.setdefault(folded(value), number) == number


@many
@given(
    train=st.lists(st.sampled_from(["0", "1"]), min_size=1),
    test=st.lists(st.sampled_from([None, "", -1, "-1", "0", "1"]), min_size=1),
)
def test_hidden_labels_never_become_a_class(train, test) -> None:
    names, numbers = classes_and_numbers(train, test)
    assert "-1" not in names
    hidden = [value in (None, "", -1, "-1") for value in test]
    assert [number == HIDDEN for number in numbers[1]] == hidden

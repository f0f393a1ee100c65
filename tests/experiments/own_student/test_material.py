import pytest

from labkit.data.catalog import AssetError
from labkit.experiments.own_student.material import other_texts, shortened
from tests.helpers import tiny
from tests.helpers.studies import study_of


@pytest.fixture
def part():
    rows = list(zip(*tiny.texts(40), strict=True))
    return study_of(rows, rows[:5])


def test_a_shortened_study_is_a_part_and_the_rest_is_given_back(part):
    own, left = shortened(part, 10)
    assert len(own.train) == 10 and len(left) == 30
    assert sorted([*own.train["text"], *left]) == sorted(part.train["text"])
    assert shortened(part, 40) == (part, ())


@pytest.mark.parametrize("name", ["more.csv", "more.txt"])
def test_other_texts_are_each_once_and_none_of_the_data(part, tmp_path, name):
    own = part.train["text"][0].upper()
    head = "text\n" if name.endswith("csv") else ""
    (tmp_path / name).write_text(f"{head}new one\nNew  one\n{own}\nanother\n")
    assert other_texts(tmp_path / name, part) == ("new one", "another")
    assert other_texts(None, part) == ()


def test_a_table_without_texts_names_its_columns(part, tmp_path):
    (tmp_path / "more.csv").write_text("title\na\n")
    with pytest.raises(AssetError, match="no column text; its columns are title"):
        other_texts(tmp_path / "more.csv", part)

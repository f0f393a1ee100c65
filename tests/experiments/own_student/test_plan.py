import pytest

from labkit.experiments.own_student.plan import Wishes, budget_of, check_study, row_name, settings
from labkit.models.export.onnx_files import FLOAT, INT8
from tests.helpers import tiny
from tests.helpers.studies import study_of


@pytest.mark.parametrize(("rows", "others"), [(20, 0), (5000, 0), (100_000, 10_000), (3000, 9000)])
def test_texts_and_copies_fit_into_the_minutes(rows, others):
    budget = budget_of(30, rows, others)
    assert budget.rows <= rows and budget.rows <= 12_000
    assert budget.rows * (1 + budget.copies) + budget.others <= 30_000
    assert budget.passes(30_000) == 5 and budget.passes(10) == 30


def test_the_two_arms_of_the_bilstm_read_as_many_texts():
    budget = budget_of(30, 5000, 0)
    for arm, texts in (("labels", 5000), ("distilled", 30_000)):
        assert settings(arm, (0.2, 4e-3), texts, budget).epochs * texts == 150_000


@pytest.mark.parametrize("wrong", [{"max_ms": 0}, {"min_gain": -1}, {"minutes": float("inf")}])
def test_wishes_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Wishes(**wrong)


def test_too_few_held_out_texts_are_refused():
    rows = list(zip(*tiny.texts(40), strict=True))
    with pytest.raises(ValueError, match="1 validation texts, wanted at least 10"):
        check_study(study_of(rows, rows))


def test_a_line_says_which_file_answers():
    assert row_name("labels", FLOAT) == "BiLSTM, labels only, 32 bits"
    assert row_name("labels", INT8) == "BiLSTM, labels only, int8"
    assert row_name("tfidf", "") == "TF-IDF with logistic regression"

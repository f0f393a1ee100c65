"""Two students, one warm head: it stays as it is for one, and its copy learns with the other."""

import copy

import pytest

from labkit.course.lesson_06 import hacking
from tests.helpers import tiny
from tests.helpers.llm import small_words


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return small_words.material(tmp_path_factory.mktemp("word_models"))


def test_the_warm_head_has_learnt_and_its_student_has_not(found):
    cold, warm = (hacking.warmed(found, steps) for steps in (1, 3))
    assert not tiny.equal(tiny.weights(cold), tiny.weights(warm))
    assert warm.kind == "sum"


def test_the_warm_head_stays_as_it_is_and_both_students_move(found):
    warm = hacking.warmed(found, 2)
    kept = copy.deepcopy(tiny.weights(warm))
    start = tiny.weights(found.start(0).model)
    for frozen in (True, False):
        student, looks = hacking.followed(found, warm, frozen, steps=16)
        assert [step for step, *_ in looks] == [1, 15]
        assert not tiny.equal(start, tiny.weights(student))
        assert all(0 <= right <= 1 for *_, right in looks)
    assert tiny.equal(kept, tiny.weights(warm))


def test_a_frozen_head_and_a_learning_one_score_alike_at_first_only(found):
    warm = hacking.warmed(found, 2)
    runs = [hacking.followed(found, warm, frozen, steps=15)[1] for frozen in (True, False)]
    assert runs[0][0][1] == pytest.approx(runs[1][0][1])
    assert runs[0][-1][1] != runs[1][-1][1]

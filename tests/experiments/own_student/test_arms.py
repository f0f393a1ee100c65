import pytest

from labkit.data import study
from labkit.experiments.own_student.arms import new_model, train_arm
from labkit.experiments.own_student.material import prepare
from tests.helpers import tiny
from tests.helpers.own import tiny_own


@pytest.fixture
def given(tmp_path, monkeypatch):
    return prepare(study(tiny_own.put_in_place(monkeypatch, tmp_path)), (), 30.0, quiet=True)


def test_students_begin_with_what_the_teacher_has(given):
    assert new_model("two_layers", given, 0.1).config.num_hidden_layers == 2
    assert given.master.config.num_hidden_layers == 4
    weight = new_model("distilled", given, 0.2).embeddings.weight
    assert weight.shape == given.vectors.shape and bool((weight == given.vectors).all())


def test_an_arm_learns_and_its_finished_run_is_not_made_again(given, tmp_path):
    first = train_arm("labels", given, tmp_path / "runs", quiet=True)
    again = train_arm("labels", given, tmp_path / "runs", quiet=True)
    assert tiny.equal(tiny.weights(first.model), tiny.weights(again.model))
    assert first.accuracy == again.accuracy and first.setting.startswith("dropout 0.2")


def test_the_teacher_is_taken_as_it_is(given, tmp_path):
    assert train_arm("teacher", given, tmp_path).model is given.master

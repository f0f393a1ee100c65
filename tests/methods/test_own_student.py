from dataclasses import replace

import pytest
import torch
from transformers import AutoModelForSequenceClassification

from labkit.data.encoding.encoded_study import encode_study
from labkit.evaluation.measures import accuracy
from labkit.evaluation.predict import predict
from labkit.methods import own_student as module
from labkit.methods.own_student import own_student
from tests.helpers import tiny
from tests.helpers.studies import study_of


@pytest.fixture
def part(monkeypatch):
    train, test = (list(zip(*tiny.texts(count, seed=count), strict=True)) for count in (60, 40))
    monkeypatch.setattr(module, "teacher", lambda part, quiet: tiny.bert())
    monkeypatch.setattr(module, "load_tokenizer", lambda name: tiny.tokenizer())
    return study_of(train, test)


def test_the_folder_gives_the_accuracy_that_was_reported(part, tmp_path):
    reported = own_student(part, tmp_path / "mine", epochs=2, quiet=True)
    student = AutoModelForSequenceClassification.from_pretrained(tmp_path / "mine")
    test = encode_study(part, tiny.tokenizer()).test
    assert accuracy(predict(student, test), test.labels) == reported
    assert student.config.id2label[2] == "class 2"
    card = (tmp_path / "mine" / "README.md").read_text()
    assert f"{reported:.3f} (95% interval" in card and "40 test texts" in card
    assert "made up (a test)" in card and "teacher: Apache-2.0" in card


def test_the_same_seed_gives_the_same_student(part, tmp_path):
    weights = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        own_student(part, tmp_path / name, epochs=1, seed=seed, quiet=True)
        model = AutoModelForSequenceClassification.from_pretrained(tmp_path / name)
        weights.append(tiny.weights(model))
    assert tiny.equal(weights[0], weights[1])
    assert not torch.equal(weights[0]["classifier.weight"], weights[2]["classifier.weight"])


def test_a_number_to_predict_is_refused(part, tmp_path):
    with pytest.raises(ValueError, match=r"made up has no classes: .* scores to predict"):
        own_student(replace(part, label_names=()), tmp_path / "mine")

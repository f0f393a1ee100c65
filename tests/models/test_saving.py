import json

import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

from labkit.evaluation.predict import predict
from labkit.models.local_folder import checked, damaged_files
from labkit.models.saving import Card, card_text, save_student
from labkit.models.size import parameters
from labkit.models.swem import SWEMConfig, SWEMForSequenceClassification
from tests.helpers import tiny

NAMES = ("who", "where", "when")
CARD = Card("made-up questions | 48", "nobody", "0.800 (95 % interval 0.7 to 0.9), 40 test texts")


def swem():
    return SWEMForSequenceClassification(SWEMConfig(62, 4, num_labels=3))


@pytest.mark.parametrize("build", [tiny.bilstm, swem, tiny.bert])
def test_a_saved_student_loads_with_its_tokens_names_and_logits(tmp_path, build):
    student = build()
    folder = save_student(str(tmp_path / "my student"), student, tiny.tokenizer(), NAMES, 9, CARD)
    again = AutoModelForSequenceClassification.from_pretrained(folder)
    assert torch.equal(predict(again, tiny.encoded()), predict(student, tiny.encoded()))
    assert again.config.id2label == dict(enumerate(NAMES))
    assert AutoTokenizer.from_pretrained(folder).model_max_length == 9
    assert checked(folder) == folder
    assert damaged_files(folder) == []


def test_a_pipeline_prints_the_names_of_the_classes(tmp_path):
    save_student(tmp_path, tiny.bilstm(), tiny.tokenizer(), NAMES, 9, CARD)
    answer = pipeline("text-classification", str(tmp_path))("word3 word4")
    assert answer[0]["label"] in NAMES


def test_the_tokenizer_of_the_caller_keeps_its_maximum_length(tmp_path):
    tokenizer = tiny.tokenizer()
    save_student(tmp_path, tiny.bilstm(), tokenizer, NAMES, 9, CARD)
    assert tokenizer.model_max_length == 512


def test_the_card_says_data_teacher_accuracy_licences_and_length(tmp_path):
    save_student(tmp_path, tiny.bilstm(), tiny.tokenizer(), NAMES, 9, CARD)
    text = (tmp_path / "README.md").read_text()
    for said in ("made-up questions \\| 48", "nobody", CARD.accuracy, CARD.licences, "who, where"):
        assert said in text
    assert "the first 9 tokens" in text
    assert f"{parameters(tiny.bilstm()):,} parameters" in text


def test_a_name_cannot_break_the_table_of_the_card():
    text = card_text(tiny.bilstm(), ("a|b", "c\nd", "<e>"), 9, CARD)
    assert "| classes | a\\|b, c d, &lt;e> |" in text


@pytest.mark.parametrize(
    ("names", "length", "said"),
    [
        (("who", "where"), 9, "wanted one name for each"),
        (("who", "who", "when"), 9, "no two alike"),
        (NAMES, 2, "at least 3 tokens"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_written(tmp_path, names, length, said):
    with pytest.raises(ValueError, match=said):
        save_student(tmp_path / "s", tiny.bilstm(), tiny.tokenizer(), names, length, CARD)
    assert not (tmp_path / "s").exists()


def test_an_empty_card_is_refused():
    with pytest.raises(ValueError, match="nothing under teacher"):
        Card("data", " ", "0.8")


def test_the_configuration_of_the_folder_runs_no_code(tmp_path):
    save_student(tmp_path, tiny.bilstm(), tiny.tokenizer(), NAMES, 9, CARD)
    assert "auto_map" not in json.loads((tmp_path / "config.json").read_text())

from dataclasses import replace

import pytest
import torch
from datasets import concatenate_datasets

from labkit.data.studies import keys_of
from labkit.experiments.online.material import chosen_rows, material_of, student_of, teacher_of
from labkit.models.bottlenecks import BottleneckConfig
from labkit.models.pooled import pooled
from tests.helpers import tiny
from tests.helpers.online import tiny_online

LINEAR = BottleneckConfig("linear", latent=4)


def test_the_same_rows_are_taken_each_time_and_at_most_as_many_as_asked():
    first, second = tiny_online.material(), tiny_online.material()
    assert first.train.texts.texts == second.train.texts.texts
    assert first.folder == second.folder
    assert len(first.train.labels) == 40 and len(first.test.labels) == 20
    other = material_of(tiny_online.study(), tiny.bert(), tiny.tokenizer(), 30, 20, 1)
    assert other.folder != first.folder


def test_rows_that_nobody_learns_from_fill_up_the_test_rows():
    whole = tiny_online.study(count=60, test=30)
    learned, reported = chosen_rows(whole, 40, 55)
    keys = keys_of(reported)
    assert len(learned) == 40 and len(reported) <= 55 and len(reported) > 30
    assert not set(keys) & set(keys_of(learned))
    assert set(keys[:30]) == set(keys_of(whole.test))
    assert len(chosen_rows(whole, 40, 20)[1]) == 20


def test_a_text_that_stands_twice_in_train_does_not_judge():
    whole = tiny_online.study(count=40, test=5)
    twice = replace(whole, train=concatenate_datasets([whole.train, whole.train]))
    learned, reported = chosen_rows(twice, 60, 90)
    assert not set(keys_of(learned)) & set(keys_of(reported))


def test_other_rows_and_other_labels_are_another_mark():
    whole = tiny_online.study()
    material = tiny_online.material(whole)
    assert material.rows == tiny_online.material().rows
    turned = [5 - label for label in whole.train["label"]]
    made = whole.train.remove_columns("label").add_column("label", turned)
    assert tiny_online.material(replace(whole, train=made)).rows != material.rows


def test_every_form_of_a_split_is_of_the_same_texts():
    material = tiny_online.material()
    train, rows = material.train, torch.tensor([4, 7])
    states, mask = train.embedded.take(rows)
    for place in range(2):
        torch.testing.assert_close(train.bags[rows[place]], states[place][mask[place]].mean(0))
    assert (train.upper.layers, train.embedded.layers) == (3, 0)


def test_a_new_teacher_begins_with_the_encoders_own_features():
    material = tiny_online.material()
    teacher, rows = teacher_of(material, LINEAR), torch.tensor([2])
    features = teacher.model.eval().top(*teacher.test(rows))
    texts = material.test.texts
    ids = torch.tensor([texts.row(2)])
    torch.testing.assert_close(features, pooled(material.encoder.eval(), ids), atol=1e-2, rtol=1e-2)


@pytest.mark.parametrize("name", ["bag", "two_layers"])
def test_students_differ_by_seed_and_answer_for_both_splits(name):
    material = tiny_online.material()
    built = student_of(material, name, LINEAR, 0)
    for inputs in (built.train, built.test):
        assert built.model(*inputs(torch.tensor([0, 5]))).logits.shape == (2, 6)
    if name == "two_layers":
        assert len(built.model.top.layers) == 2
        assert len(material.encoder.bert.encoder.layer) == 4  # the encoder is left whole


def test_a_student_of_another_name_is_refused():
    with pytest.raises(ValueError, match="bag, two_layers"):
        student_of(tiny_online.material(), "bilstm", LINEAR, 0)


def test_scores_come_in_the_unit_range_and_pairs_are_encoded_together():
    material = tiny_online.material(tiny_online.scores())
    assert material.train.labels.is_floating_point()
    assert material.train.labels.min() >= 0 and material.train.labels.max() <= 1
    assert material.train.texts.pairs is not None


def test_what_is_made_once_is_read_the_second_time():
    material, made = tiny_online.material(), []

    def make():
        made.append(1)
        return {"logits": torch.ones(2)}

    for _ in range(2):
        assert torch.equal(material.once("some", make)["logits"], torch.ones(2))
    (material.folder / "some.safetensors").write_bytes(b"damaged")
    material.once("some", make)
    assert len(made) == 2


def test_sets_without_metric_or_second_text_are_refused():
    with pytest.raises(ValueError, match="no metric"):
        tiny_online.material(replace(tiny_online.study(), name="made up"))
    with pytest.raises(ValueError, match="text_b"):
        tiny_online.material(replace(tiny_online.study(), name="rte"))


def test_damaged_tensors_are_named_and_made_again(capsys):
    material = tiny_online.material()
    wanted = {"logits": torch.ones(2, 3)}
    material.once("answers", lambda: wanted)
    file = material.folder / "answers.safetensors"
    file.write_bytes(file.read_bytes()[:-1])
    assert torch.equal(material.once("answers", lambda: wanted)["logits"], wanted["logits"])
    assert "answers.safetensors is damaged" in capsys.readouterr().err
    assert torch.equal(material.once("answers", dict)["logits"], wanted["logits"])

import pytest
import torch
from safetensors.torch import load_file, save_file

from labkit.data.batches import collate
from labkit.data.encoding.encoded import encode
from labkit.evaluation.predict import predict
from labkit.training import teacher_logits as logit_cache
from labkit.training.teacher_logits import StoredTargets, TeacherLogits, weights_key
from tests.helpers import tiny


def logits_of(source, encoded, rows):
    return source(collate(encoded, torch.tensor(rows)))


def test_the_logits_are_the_teachers_in_whatever_order_they_are_asked_for():
    teacher, encoded = tiny.bert(), tiny.encoded()
    source = TeacherLogits(teacher, encoded, precision="float32")
    wanted = predict(teacher, encoded, precision="float32")
    for rows in ([3, 1, 40], [0, 1, 2, 3], list(range(47, -1, -1))):
        torch.testing.assert_close(logits_of(source, encoded, rows), wanted[rows])


def test_each_text_is_read_once_and_not_all_before_the_first_answer(monkeypatch):
    monkeypatch.setattr(logit_cache, "TOKENS_IN_A_BLOCK", 40)
    encoded = tiny.encoded()
    source = TeacherLogits(tiny.bert(), encoded)
    for _ in range(3):
        logits_of(source, encoded, [1])
    assert 1 < source.passes < 24
    source.all()
    assert source.passes == 48


def test_logits_do_not_depend_on_the_batch_that_asked_first(monkeypatch):
    monkeypatch.setattr(logit_cache, "TOKENS_IN_A_BLOCK", 40)
    encoded, teacher = tiny.encoded(), tiny.bert()
    first, second = (TeacherLogits(teacher, encoded) for _ in range(2))
    logits_of(first, encoded, [3, 30, 7])
    assert torch.equal(first.all(), second.all())


def test_the_teacher_answers_without_dropout_and_keeps_its_mode():
    teacher, encoded = tiny.bert().train(), tiny.encoded()
    first = TeacherLogits(teacher, encoded).all()
    second = TeacherLogits(teacher, encoded).all()
    assert torch.equal(first, second)
    assert teacher.training
    assert not first.requires_grad


def test_a_second_run_reads_the_file_and_asks_for_a_sample_only(tmp_path):
    teacher, encoded = tiny.bert(), tiny.encoded(200)
    wanted = TeacherLogits(teacher, encoded, tmp_path).all()
    again = TeacherLogits(teacher, encoded, tmp_path)
    torch.testing.assert_close(again.all(), wanted)
    assert 0 < again.passes < 20


def test_a_text_is_found_in_another_order_and_in_a_subset(tmp_path):
    teacher, (made, labels) = tiny.bert(), tiny.texts(60)
    whole = encode(made, tiny.tokenizer(), labels)
    TeacherLogits(teacher, whole, tmp_path).all()
    part = encode(made[40:10:-1], tiny.tokenizer(), labels[40:10:-1])
    source = TeacherLogits(teacher, part, tmp_path)
    torch.testing.assert_close(source.all(), predict(teacher, part), atol=1e-2, rtol=1e-2)
    assert source.passes < 30


def test_other_weights_do_not_find_the_logits(tmp_path):
    encoded = tiny.encoded()
    TeacherLogits(tiny.bert(seed=0), encoded, tmp_path).all()
    other = TeacherLogits(tiny.bert(seed=1), encoded, tmp_path)
    assert other.passes == 0
    assert weights_key(tiny.bert(seed=0)) == weights_key(tiny.bert(seed=0))
    assert weights_key(tiny.bert(seed=0)) != weights_key(tiny.bert(seed=1))


def spoil(folder, change):
    (file,) = folder.glob("*.safetensors")
    tensors = load_file(file)
    tensors["logits"] = change(tensors["logits"])
    save_file(tensors, file)


def test_a_file_whose_logits_were_shifted_by_a_row_is_made_again(tmp_path):
    teacher, encoded = tiny.bert(), tiny.encoded()
    wanted = TeacherLogits(teacher, encoded, tmp_path).all()
    spoil(tmp_path, lambda logits: logits.roll(1, 0) + 3)
    again = TeacherLogits(teacher, encoded, tmp_path)
    torch.testing.assert_close(again.all(), wanted)


def test_a_damaged_file_is_made_again(tmp_path):
    teacher, encoded = tiny.bert(), tiny.encoded()
    wanted = TeacherLogits(teacher, encoded, tmp_path).all()
    (file,) = tmp_path.glob("*.safetensors")
    file.write_bytes(file.read_bytes()[:50])
    torch.testing.assert_close(TeacherLogits(teacher, encoded, tmp_path).all(), wanted)


def test_a_batch_of_other_texts_is_refused():
    source = TeacherLogits(tiny.bert(), tiny.encoded(seed=0))
    other = collate(tiny.encoded(seed=1), torch.tensor([0]))
    with pytest.raises(ValueError, match="other texts"):
        source(other)
    with pytest.raises(ValueError, match="other texts"):
        StoredTargets(tiny.encoded(seed=0), torch.zeros(48, 3))(other)


def test_stored_targets_need_a_row_for_each_text():
    with pytest.raises(ValueError, match="5 target rows for 48 texts"):
        StoredTargets(tiny.encoded(), torch.zeros(5, 3))


def test_rows_of_several_runs_come_together_in_one_file(tmp_path):
    teacher, (made, labels) = tiny.bert(), tiny.texts(60)
    parts = [made[:40], made[20:], [*made[:3], *made[:3]]]
    for part in parts:
        encoded = encode(part, tiny.tokenizer(), labels[: len(part)])
        TeacherLogits(teacher, encoded, tmp_path, precision="float32").all()
    (file,) = tmp_path.glob("*.safetensors")
    stored = load_file(file)
    assert stored["keys"].shape == (len(set(made)), 8)
    assert len(stored["logits"]) == len(set(made))
    whole = TeacherLogits(teacher, encode(made, tiny.tokenizer(), labels), tmp_path, "float32")
    wanted = predict(teacher, whole.encoded, precision="float32")
    torch.testing.assert_close(whole.all(), wanted)
    assert whole.passes < 20


def test_many_logits_lie_in_a_file(monkeypatch):
    monkeypatch.setattr("labkit.data.formats.mapped.LARGE", 8)
    teacher, encoded = tiny.bert(), tiny.encoded()
    found = TeacherLogits(teacher, encoded, precision="float32").all()
    torch.testing.assert_close(found, predict(teacher, encoded, precision="float32"))

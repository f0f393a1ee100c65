import shutil
from dataclasses import replace

import pytest
import torch

from labkit import paths
from labkit.data.encoding.encoded_study import encode_study
from labkit.evaluation.predict import predict
from labkit.methods import fine_tune as teachers
from labkit.methods.distill import DistillConfig, Weights
from labkit.methods.fine_tune import is_ready, prepare, teacher, teacher_folder
from labkit.models import encoders as models
from labkit.notices import say
from tests.helpers import tiny
from tests.helpers.studies import study_of


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A tiny pre-trained BERT and made-up texts where the real ones would be."""
    tiny.bert().bert.save_pretrained(tmp_path / "bert")
    tiny.tokenizer().save_pretrained(tmp_path / "bert")
    train, test = (list(zip(*tiny.texts(count, seed=count), strict=True)) for count in (60, 30))
    part = study_of(train, test)
    config = DistillConfig(Weights(1, 0), epochs=2, batch_size=8, save_every=2)
    monkeypatch.setattr(models, "fetch", lambda name: tmp_path / "bert")
    monkeypatch.setattr(teachers, "fetch", lambda name: tmp_path / "bert")
    monkeypatch.setattr(teachers, "study", lambda dataset: part)
    monkeypatch.setattr(teachers, "teacher_recipe", lambda dataset: config)
    return part


def logits(model, part):
    return predict(model, encode_study(part, tiny.tokenizer()).test)


def test_a_teacher_is_made_once_and_then_read(small, monkeypatch):
    assert not is_ready(small)
    first = logits(teacher(small, quiet=True), small)
    assert is_ready(small)
    monkeypatch.setattr(teachers, "_make", lambda *_: pytest.fail("trained a second time"))
    torch.testing.assert_close(logits(teacher(small), small), first)


def test_a_stopped_fine_tuning_goes_on_and_leaves_the_same_teacher(small, monkeypatch):
    whole = logits(teacher(small, quiet=True), small)
    folder = teacher_folder(small)
    shutil.rmtree(folder)
    original = teachers.distill

    def dying(*arguments, **named):
        for step in original(*arguments, **named):
            yield step
            if step.index == 5:
                raise KeyboardInterrupt

    monkeypatch.setattr(teachers, "distill", dying)
    with pytest.raises(KeyboardInterrupt):
        teacher(small, quiet=True)
    assert not folder.exists()
    monkeypatch.setattr(teachers, "distill", original)
    torch.testing.assert_close(logits(teacher(small, quiet=True), small), whole)
    assert sorted(path.suffix for path in folder.parent.iterdir()) == ["", ".lock"]


DAMAGE = {
    "flipped": lambda content: content[:-9] + bytes([content[-9] ^ 4]) + content[-8:],
    "cut": lambda content: content[: len(content) // 2],
    "zeros": lambda content: bytes(len(content)),
    "empty": lambda content: b"",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
@pytest.mark.parametrize("file", ["model.safetensors", "config.json", "labkit-files.json"])
def test_a_damaged_teacher_is_named_and_made_again(small, damage, file, capsys):
    first = logits(teacher(small, quiet=True), small)
    path = teacher_folder(small) / file
    path.write_bytes(damage(path.read_bytes()))
    say.cache_clear()
    assert not is_ready(small)
    line = capsys.readouterr().err
    assert line.count("\n") == 1 and f"({file}) and is made again" in line
    torch.testing.assert_close(logits(teacher(small, quiet=True), small), first)
    assert is_ready(small)


def test_a_missing_file_of_a_teacher_is_noticed(small):
    teacher(small, quiet=True)
    (teacher_folder(small) / "tokenizer.json").unlink()
    assert not is_ready(small)


def test_every_teacher_lies_in_the_cache_whatever_its_data_set_is_called(small, monkeypatch):
    monkeypatch.setattr(teachers, "teacher_recipe", lambda dataset: None)
    for name in ("../../data/plain", "a/b", "reviews.v2", "..", "c:\\d"):
        folder = teacher_folder(replace(small, name=name))
        assert folder.parent == paths.cache() / "teachers"
        assert folder.resolve().parent == folder.parent.resolve()


def test_the_name_of_a_data_set_is_refused_with_the_way_out():
    with pytest.raises(TypeError, match=r"wanted a Study: give `labkit.data.study\('trec'\)`"):
        teacher("trec")


def test_another_label_gives_another_teacher(small):
    changed = small.train.map(lambda row: {"label": (row["label"] + 1) % 3})
    other = type(small)("made up", changed, small.validation, small.test, small.label_names, "")
    assert teacher_folder(other) != teacher_folder(small)


def test_a_teacher_may_go_on_from_that_of_another_data_set(small, monkeypatch):
    train = small.train.map(lambda row: {"label": (row["label"] + 1) % 3})
    other = type(small)("other", train, small.validation, small.test, small.label_names, "")
    begun = []
    original = teachers._make

    def watched(part, *more):
        begun.append(part.name)
        original(part, *more)

    monkeypatch.setattr(teachers, "_make", watched)
    alone = logits(teacher(small, quiet=True), small)
    later = logits(teacher(small, quiet=True, after=other), small)
    assert begun == ["made up", "made up", "other"]
    assert not torch.allclose(alone, later, atol=1e-4)
    assert teacher_folder(small, after=other) != teacher_folder(small)


def test_the_classes_have_their_names(small):
    assert teacher(small, quiet=True).config.id2label[1] == "class 1"


def test_preparing_twice_trains_once(small, monkeypatch):
    monkeypatch.setattr(teachers, "CLASSROOM_SETS", ("one set",))
    prepare()
    monkeypatch.setattr(teachers, "_make", lambda *_: pytest.fail("trained a second time"))
    prepare()


def test_a_data_set_of_scores_has_no_teacher(small, monkeypatch):
    monkeypatch.setattr(teachers, "load_encoder", lambda *_, **__: pytest.fail("built a model"))
    with pytest.raises(ValueError, match=r"made up has no classes: .* name all of them in labels"):
        teacher(replace(small, label_names=()), quiet=True)

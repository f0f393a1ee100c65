import pytest
import torch

from labkit.data.batches import encode_study
from labkit.evaluation.predict import predict
from labkit.methods import fine_tune as teachers
from labkit.methods.distill import DistillConfig, Weights
from labkit.methods.fine_tune import is_ready, prepare, teacher, teacher_folder
from labkit.models import encoders as models
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
    assert not is_ready("made up")
    first = logits(teacher("made up", quiet=True), small)
    assert is_ready("made up")
    monkeypatch.setattr(teachers, "_make", lambda *_: pytest.fail("trained a second time"))
    torch.testing.assert_close(logits(teacher("made up"), small), first)


def test_a_stopped_fine_tuning_goes_on_and_leaves_the_same_teacher(small, monkeypatch):
    import labkit.methods.distill as run

    whole = logits(teacher("made up", quiet=True), small)
    folder = teacher_folder(small)
    import shutil

    shutil.rmtree(folder)
    original = run.distill

    def dying(*arguments, **named):
        for step in original(*arguments, **named):
            yield step
            if step.index == 5:
                raise KeyboardInterrupt

    monkeypatch.setattr(run, "distill", dying)
    with pytest.raises(KeyboardInterrupt):
        teacher("made up", quiet=True)
    assert not folder.exists()
    monkeypatch.setattr(run, "distill", original)
    torch.testing.assert_close(logits(teacher("made up", quiet=True), small), whole)
    assert sorted(path.suffix for path in folder.parent.iterdir()) == ["", ".lock"]


def test_another_label_gives_another_teacher(small):
    changed = small.train.map(lambda row: {"label": (row["label"] + 1) % 3})
    other = type(small)("made up", changed, small.validation, small.test, small.label_names, "")
    assert teacher_folder(other) != teacher_folder(small)


def test_a_teacher_may_go_on_from_that_of_another_data_set(small, monkeypatch):
    train = small.train.map(lambda row: {"label": (row["label"] + 1) % 3})
    other = type(small)("other", train, small.validation, small.test, small.label_names, "")
    sets = {"made up": small, "other": other}
    monkeypatch.setattr(teachers, "study", sets.__getitem__)
    begun = []
    original = teachers._make

    def watched(part, *more):
        begun.append(part.name)
        original(part, *more)

    monkeypatch.setattr(teachers, "_make", watched)
    alone = logits(teacher("made up", quiet=True), small)
    later = logits(teacher("made up", quiet=True, after="other"), small)
    assert begun == ["made up", "made up", "other"]
    assert not torch.allclose(alone, later, atol=1e-4)
    assert teacher_folder(small, after="other") != teacher_folder(small)


def test_the_classes_have_their_names(small):
    assert teacher("made up", quiet=True).config.id2label[1] == "class 1"


def test_preparing_twice_trains_once(small, monkeypatch):
    monkeypatch.setattr(teachers, "CLASSROOM_SETS", ("one set",))
    prepare()
    monkeypatch.setattr(teachers, "_make", lambda *_: pytest.fail("trained a second time"))
    prepare()

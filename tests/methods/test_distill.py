import copy
import math
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from labkit.data.encoding.encoded import encode
from labkit.evaluation.predict import predict
from labkit.losses.kl import soft_kl
from labkit.methods.distill import DistillConfig, Weights, distill
from labkit.models.size import parameters
from labkit.training.teacher_logits import StoredTargets, TeacherLogits
from tests.helpers import tiny
from tests.helpers.tiny import LABELS, QUICK, run


def test_a_student_learns_the_labels():
    student, encoded = tiny.bilstm(), tiny.encoded(200)
    config = DistillConfig(Weights(ce=1, kd=0), epochs=15, learning_rate=1e-2)
    steps = list(distill(student, None, encoded, config))
    assert steps[-1].loss < 0.5 * steps[0].loss
    assert (predict(student, encoded).argmax(1) == encoded.labels).float().mean() > 0.9


def test_a_student_without_labels_comes_to_agree_with_its_teacher():
    encoded, teacher, student = tiny.encoded(200), tiny.bert(), tiny.bilstm(dropout=0)
    source = TeacherLogits(teacher, encoded)
    before = soft_kl(predict(student, encoded), source.all(), 1.0)
    config = DistillConfig(Weights(ce=0, kd=1), epochs=20, learning_rate=1e-2)
    list(distill(student, source, encoded, config))
    assert soft_kl(predict(student, encoded), source.all(), 1.0) < 0.5 * before


def test_the_loss_is_the_weighted_sum_of_its_parts():
    encoded, student = tiny.encoded(8), tiny.bilstm(dropout=0)
    target = torch.randn(8, 3, generator=torch.Generator().manual_seed(1))
    config = DistillConfig(
        Weights(ce=0.3, kd=0.6), temperature=3, batch_size=8, epochs=1, precision="float32"
    )
    logits = predict(student, encoded, precision="float32")
    hard, soft = F.cross_entropy(logits, encoded.labels), soft_kl(logits, target, 3)
    (step,) = distill(student, StoredTargets(encoded, target), encoded, config)
    assert step.ce == pytest.approx(float(hard), rel=1e-5)
    assert step.kd == pytest.approx(float(soft), rel=1e-5)
    assert step.loss == pytest.approx(0.3 * step.ce + 0.6 * step.kd, rel=1e-5)


def test_the_same_seed_gives_the_same_weights_whatever_else_is_drawn():
    first, second, other = tiny.bilstm(), tiny.bilstm(), tiny.bilstm()
    run(first)
    for _ in distill(second, None, tiny.encoded(), LABELS):
        torch.rand(7)
    run(other, DistillConfig(Weights(ce=1, kd=0), epochs=3, batch_size=8, seed=1))
    assert tiny.equal(tiny.weights(first), tiny.weights(second))
    assert not tiny.equal(tiny.weights(first), tiny.weights(other))


def test_a_run_does_not_disturb_the_callers_chance():
    torch.manual_seed(3)
    wanted = torch.rand(4)
    torch.manual_seed(3)
    run(tiny.bilstm())
    assert torch.equal(torch.rand(4), wanted)


def test_a_student_is_whole_between_two_steps_and_after_a_break(tmp_path):
    student, other = tiny.bilstm(), tiny.encoded(30, seed=8)
    steps = distill(student, None, tiny.encoded(4), LABELS)
    for step in steps:
        student.save_pretrained(tmp_path / str(step.index))
        saved = type(student).from_pretrained(tmp_path / str(step.index))
        assert torch.equal(predict(saved, other), predict(student, other))
        assert saved.state_dict().keys() == student.state_dict().keys()
        assert len(student.get_input_embeddings().weight) == 62
        if step.index == 2:
            break
    copied = copy.deepcopy(student)
    assert torch.equal(predict(copied, other), predict(student, other))
    assert sum(weight.numel() for weight in student.parameters()) == parameters(tiny.bilstm())


def test_looking_at_every_step_does_not_change_the_run():
    watched, plain = tiny.bilstm(), tiny.bilstm()
    run(plain)
    for _ in distill(watched, None, tiny.encoded(), LABELS):
        copy.deepcopy(watched)
        [weight.sum() for weight in watched.parameters()]
    assert tiny.equal(tiny.weights(watched), tiny.weights(plain))


def test_two_steps_of_an_open_run_do_not_spoil_the_run_after_it():
    student = tiny.bilstm()
    first = distill(student, None, tiny.encoded(), LABELS)
    next(first), next(first)
    list(distill(student, None, tiny.encoded(), LABELS))
    after = tiny.weights(student)
    first.close()
    assert tiny.equal(tiny.weights(student), after)
    assert type(student.embeddings.weight) is torch.nn.Parameter


def test_the_best_epoch_on_validation_is_kept():
    student, checked = tiny.bilstm(), tiny.encoded(40, seed=5)
    steps = run(student, DistillConfig(Weights(1, 0), epochs=8, batch_size=8), validation=checked)
    scores = [step.validation for step in steps if step.validation is not None]
    assert len(scores) == 8
    kept = (predict(student, checked).argmax(1) == checked.labels).float().mean()
    assert float(kept) == pytest.approx(max(scores))


def test_a_student_can_be_used_between_two_steps_and_after_a_stop():
    student, other = tiny.bilstm(), tiny.encoded(30, seed=8)
    steps = distill(student, None, tiny.encoded(4), LABELS)
    next(steps)
    during = predict(student, other)
    steps.close()
    assert type(student.get_input_embeddings()) is torch.nn.Embedding
    torch.testing.assert_close(predict(student, other), during)


def test_tokens_that_never_occur_keep_their_vectors():
    student, few = tiny.bilstm(), tiny.encoded(4)
    before = student.embeddings.weight.detach().clone()
    list(distill(student, None, few, LABELS))
    absent = torch.ones(62, dtype=torch.bool)
    absent[few.ids] = False
    assert torch.equal(student.embeddings.weight[absent], before[absent])
    assert not torch.equal(student.embeddings.weight[~absent], before[~absent])


def test_the_student_is_given_back_in_the_mode_it_came_in():
    student = tiny.bilstm().eval()
    run(student, stop=2)
    assert not student.training


def test_a_loss_that_is_not_a_number_stops_the_run_before_it_spoils_the_weights():
    student = tiny.bilstm()
    before = tiny.weights(student)
    with pytest.raises(FloatingPointError, match="step 0 is nan"):
        run(student, hard_loss=lambda logits, labels: logits.sum() * math.nan)
    assert tiny.equal(tiny.weights(student), before)


def test_a_gradient_that_is_not_a_number_stops_the_run_before_it_spoils_the_weights():
    student = tiny.bilstm()
    before = tiny.weights(student)
    with pytest.raises(FloatingPointError, match="gradient of step 0"):
        run(student, hard_loss=lambda logits, labels: (logits * 0).abs().sqrt().sum())
    assert tiny.equal(tiny.weights(student), before)


def test_a_score_is_learned_by_squared_error():
    made, labels = tiny.texts()
    from labkit.models.bilstm import build_bilstm

    scored = encode(made, tiny.tokenizer(), [float(label) for label in labels])
    student = build_bilstm(62, 1, embedding_size=8, hidden_size=8)

    def of_score(logits, scores):
        return F.mse_loss(logits[:, 0], scores)

    config = DistillConfig(Weights(ce=1, kd=0), epochs=10, batch_size=8, learning_rate=1e-2)
    steps = list(distill(student, None, scored, config, hard_loss=of_score))
    assert steps[-1].loss < steps[0].loss
    assert math.isnan(steps[0].accuracy)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"temperature": 0}, "temperature must be a number above 0, got 0"),
        ({"learning_rate": math.nan}, "learning_rate"),
        ({"epochs": 0}, "epochs must be a whole number"),
        ({"batch_size": 2.5}, "batch_size must be a whole number"),
        ({"clip": -1}, "clip must be at least 0"),
        ({"precision": "fp8"}, "precision must be one of"),
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused(change, said):
    with pytest.raises(ValueError, match=said):
        DistillConfig(**change)


@pytest.mark.parametrize("weights", [(-0.1, 0.5), (0, 0), (math.inf, 0)])
def test_weights_that_make_no_sense_are_refused(weights):
    with pytest.raises(ValueError, match=r"weight|nothing would be learned"):
        Weights(*weights)


def test_parts_that_do_not_fit_are_refused_at_the_call():

    bare = encode(tiny.texts()[0], tiny.tokenizer())
    with pytest.raises(ValueError, match="there is no teacher"):
        distill(tiny.bilstm(), None, tiny.encoded(), QUICK)
    with pytest.raises(ValueError, match="have no labels"):
        distill(tiny.bilstm(), None, bare, LABELS)
    with pytest.raises(ValueError, match="validation texts have no labels"):
        distill(tiny.bilstm(), None, tiny.encoded(), LABELS, validation=bare)


def test_scores_and_unknown_classes_are_refused_at_the_call_and_scores_train_on_their_own_loss():
    texts, student = tiny.encoded(), tiny.bilstm()
    scores = replace(texts, labels=texts.labels.float())
    with pytest.raises(ValueError, match="the training labels are scores"):
        distill(student, None, scores, LABELS)
    with pytest.raises(ValueError, match="the validation labels are scores"):
        distill(student, None, texts, LABELS, validation=scores)
    with pytest.raises(ValueError, match="a training label is 2, and the model has 2 classes"):
        distill(tiny.bilstm(2), None, texts, LABELS)

    def squared(logits, labels):
        return F.mse_loss(logits[:, 0], labels)

    steps = list(distill(tiny.bilstm(1), None, scores, LABELS, hard_loss=squared))
    assert steps[-1].loss < steps[0].loss

import math
from dataclasses import replace

import pytest
import torch

from labkit.methods.online.config import OnlineConfig, SideConfig
from labkit.methods.online.loop import Pupil, offline, online
from labkit.methods.online.side import row_inputs
from labkit.models.bottlenecks import BottleneckConfig
from labkit.training.config import Weights
from tests.helpers import tiny
from tests.helpers.online.pair_of_models import OneNumber, pair

BY_HAND = OnlineConfig(
    student=SideConfig(Weights(0.4, 0.6), 1.0, clip=0, optimizer="sgd"),
    teacher=SideConfig(Weights(0.9, 0.1), 1.0, clip=0, optimizer="sgd"),
    temperature=1.0,
    epochs=1,
    batch_size=1,
    precision="float32",
)
SOON = OnlineConfig(epochs=2, batch_size=16, precision="float32", save_every=2)


def by_hand(config=BY_HAND, heard=None):
    """Student 0 says (1/2, 1/2); teacher ln 3 says (3/4, 1/4); the label is class 0."""
    student, teacher = OneNumber(0.0, "student", heard), OneNumber(math.log(3), "teacher", heard)
    inputs = row_inputs(torch.ones(1, 1, dtype=torch.float64))
    train = tiny.encoded(1)
    run = online(
        Pupil(student, inputs), Pupil(teacher, inputs), train, config, labels=torch.tensor([0])
    )
    (step,) = run
    return student.weight.item(), teacher.weight.item(), step


def after(config, teacher=None, student=None, **others):
    two = pair(teacher, student)
    for _ in online(two.student, two.teacher, two.train, config, **others):
        pass
    return tiny.weights(two.student.model), tiny.weights(two.teacher.model)


def test_eq_3_to_5_worked_by_hand():
    # teacher: 0.9 (3/4 - 1) + 0.1 (3/4 - 1/2) = -0.2, so it goes from ln 3 to ln 3 + 0.2 and says
    # 3 e^0.2 / (1 + 3 e^0.2) = 0.78560; student: 0.4 (1/2 - 1) + 0.6 (1/2 - 0.78560) = -0.37136
    student, teacher, step = by_hand()
    assert teacher == pytest.approx(math.log(3) + 0.2, abs=1e-6)
    assert student == pytest.approx(0.371361, abs=1e-5)
    assert step.teacher.ce == pytest.approx(math.log(4 / 3), abs=1e-6)
    assert step.teacher.kd == pytest.approx(0.5 * math.log(4 / 3), abs=1e-6)  # KL(S || T)
    assert step.student.loss == pytest.approx(0.4 * step.student.ce + 0.6 * step.student.kd)


def test_mutual_learning_shows_the_student_the_teacher_of_step_m():
    # 0.4 (1/2 - 1) + 0.6 (1/2 - 3/4) = -0.35
    student, teacher, _ = by_hand(replace(BY_HAND, order="mutual"))
    assert student == pytest.approx(0.35, abs=1e-6)
    assert teacher == pytest.approx(math.log(3) + 0.2, abs=1e-6)


def test_a_teacher_that_does_not_listen_learns_from_labels_alone():
    # the teacher: 3/4 - 1 = -0.25; the student then sees 3 e^0.25 / (1 + 3 e^0.25) = 0.79390
    deaf = replace(BY_HAND, teacher=replace(BY_HAND.teacher, weights=Weights(1.0, 0.0)))
    student, teacher, step = by_hand(deaf)
    assert teacher == pytest.approx(math.log(3) + 0.25, abs=1e-6)
    assert student == pytest.approx(0.2 + 0.6 * (0.793904 - 0.5), abs=1e-5)
    assert math.isnan(step.teacher.kd)


def test_a_frozen_teacher_answers_and_stays():
    student, teacher, step = by_hand(replace(BY_HAND, freeze_teacher=True))
    assert teacher == math.log(3) and step.teacher is None
    assert student == pytest.approx(0.35, abs=1e-6)


def test_what_a_student_copies_is_added_to_its_loss_and_marks_its_folder(tmp_path):
    def run(copying, folder=None):
        student = OneNumber(0.0, "student")
        pupil = Pupil(student, row_inputs(torch.ones(1, 1, dtype=torch.float64)))
        labels, train = torch.tensor([0]), tiny.encoded(1)
        config = replace(BY_HAND, student=replace(BY_HAND.student, weights=Weights(1.0, 0.0)))
        steps = offline(pupil, None, train, config, labels=labels, copying=copying, folder=folder)
        assert len(list(steps)) == 1
        return student.weight.item()

    # labels alone: 1/2; a slope of 0.2 more on logit 0 takes 0.2 off
    assert run(None) == pytest.approx(0.5, abs=1e-6)
    assert run(lambda answer, rows: 0.2 * answer.logits[:, 0].sum()) == pytest.approx(0.3, abs=1e-6)
    run(None, tmp_path)
    with pytest.raises(ValueError, match="another method"):
        run(lambda answer, rows: answer.logits.sum(), tmp_path)


def test_offline_is_the_frozen_teacher_with_its_logits_stored():
    student = OneNumber(0.0)
    pupil = Pupil(student, row_inputs(torch.ones(1, 1, dtype=torch.float64)))
    stored = torch.tensor([[math.log(3), 0.0]])
    steps = offline(
        pupil, lambda rows: stored[rows], tiny.encoded(1), BY_HAND, labels=torch.tensor([0])
    )
    assert len(list(steps)) == 1
    assert student.weight.item() == pytest.approx(0.35, abs=1e-6)


def test_four_forwards_in_their_order_modes_and_weights():
    heard = []
    by_hand(heard=heard)
    assert heard[2:] == [  # the first two compare the outputs of both
        "student eval no gradient 0.0000",
        "teacher train gradient 1.0986",
        "teacher eval no gradient 1.2986",
        "student train gradient 0.0000",
    ]


def test_reusing_the_students_forward_saves_one():
    heard = []
    student, teacher, _ = by_hand(replace(BY_HAND, reuse_student=True), heard)
    assert heard[2:] == [
        "student train gradient 0.0000",
        "teacher train gradient 1.0986",
        "teacher eval no gradient 1.2986",
    ]
    assert student == pytest.approx(0.371361, abs=1e-5)
    assert teacher == pytest.approx(math.log(3) + 0.2, abs=1e-6)


def test_mutual_learning_looks_at_both_before_either_steps():
    heard = []
    by_hand(replace(BY_HAND, order="mutual"), heard)
    assert heard[2:] == [
        "teacher eval no gradient 1.0986",
        "student eval no gradient 0.0000",
        "teacher train gradient 1.0986",
        "student train gradient 0.0000",
    ]


@pytest.mark.parametrize("who", ["teacher", "student"])
def test_lambda_0_is_the_linear_arm_bit_for_bit(who):
    linear = after(SOON)
    nothing = BottleneckConfig("vae", latent=4, weight=0.0)
    vae = after(SOON, **{who: nothing})
    for ours, theirs in zip(vae, linear, strict=True):
        shared = {name: value for name, value in ours.items() if name in theirs}
        shared["bottleneck.draws"] = theirs["bottleneck.draws"]
        assert tiny.equal(shared, theirs)
    some = after(SOON, **{who: replace(nothing, weight=0.1)})
    assert not torch.equal(some[1]["hidden.weight"], linear[1]["hidden.weight"])


def test_the_vae_is_in_the_teachers_loss_and_reported():
    two = pair(BottleneckConfig("vae", latent=4, weight=0.01))
    step = next(iter(online(two.student, two.teacher, two.train, SOON)))
    told = step.teacher
    vae = 0.01 * (told.reconstruction + told.kl)
    assert told.loss == pytest.approx(0.9 * told.ce + 0.1 * told.kd + vae, rel=1e-5)
    assert step.student.reconstruction == 0


def test_a_tie_pulls_the_students_mean_to_the_teachers():
    def gap(tie):
        two = pair(dropout=0.0)
        for _ in online(two.student, two.teacher, two.train, replace(SOON, tie=tie, epochs=4)):
            pass
        means = [p.model.eval()(two.features).passage.mean for p in (two.student, two.teacher)]
        return (means[0] - means[1]).square().mean().item()

    assert gap(10.0) < gap(0.0)


def test_a_stopped_run_goes_on_to_the_last_bit(tmp_path):
    vae = BottleneckConfig("vae", latent=4, weight=0.05)
    whole = after(SOON, vae, vae)
    two = pair(vae, vae)
    for step in online(two.student, two.teacher, two.train, SOON, folder=tmp_path / "run"):
        if step.index == 2:
            break
    again = after(SOON, vae, vae, folder=tmp_path / "run")
    assert tiny.equal(again[0], whole[0]) and tiny.equal(again[1], whole[1])


@pytest.mark.parametrize("stop", [1, 2, 4])
def test_a_run_with_a_frozen_teacher_goes_on_from_its_folder(tmp_path, stop):
    still = replace(SOON, freeze_teacher=True)
    whole, two = after(still), pair()
    for step in online(two.student, two.teacher, two.train, still, folder=tmp_path):
        if step.index == stop:
            break
    again = after(still, folder=tmp_path)
    assert tiny.equal(again[0], whole[0]) and tiny.equal(again[1], whole[1])
    with pytest.raises(ValueError, match="another first weights of the teacher"):
        next(online(pair().student, moved(pair().teacher), two.train, still, folder=tmp_path))


def moved(pupil):
    with torch.no_grad():
        pupil.model.hidden.weight.add_(1.0)
    return pupil


@pytest.mark.parametrize("mode", [True, False])
@pytest.mark.parametrize("config", [SOON, replace(SOON, freeze_teacher=True)])
def test_both_models_are_given_back_in_the_mode_they_came_in(mode, config):
    two = pair()
    models = [pupil.model.train(mode) for pupil in (two.student, two.teacher)]
    steps = online(two.student, two.teacher, two.train, config)
    next(steps)
    steps.close()
    assert [model.training for model in models] == [mode, mode]


def test_a_folder_with_another_run_is_refused(tmp_path):
    after(SOON, folder=tmp_path / "run")
    with pytest.raises(ValueError, match="another"):
        after(replace(SOON, temperature=2.0), folder=tmp_path / "run")


def test_the_best_weights_by_the_judge_are_put_back():
    scores, two = iter([0.9, 0.5]), pair()
    student = replace(two.student, judge=lambda: next(scores))
    seen = []
    for step in online(student, two.teacher, two.train, SOON):
        if step.student.validation is not None:
            seen.append((step.student.validation, tiny.weights(student.model)))
    assert [score for score, _ in seen] == [0.9, 0.5]
    assert tiny.equal(tiny.weights(student.model), seen[0][1])


def test_the_callers_chance_is_left_alone():
    torch.manual_seed(3)
    after(SOON)
    here = torch.rand(1)
    torch.manual_seed(3)
    assert torch.equal(here, torch.rand(1))


def test_models_of_other_classes_are_refused():
    two = pair()
    two.student.model.bottleneck.to_classes = torch.nn.Linear(4, 2)
    with pytest.raises(ValueError, match=r"\(2, 3\) from the teacher and \(2, 2\)"):
        next(online(two.student, two.teacher, two.train, SOON))


def test_texts_without_labels_are_refused():
    two = pair()
    with pytest.raises(ValueError, match="got none labels"):
        next(online(two.student, two.teacher, replace(two.train, labels=None), SOON))


def test_a_run_that_diverges_stops_before_it_spoils_the_weights():
    two = pair(BottleneckConfig("vae", latent=4, weight=1e30))
    wild = replace(SOON, teacher=SideConfig(Weights(0.9, 0.1), 1e30, clip=0, optimizer="sgd"))
    with pytest.raises((FloatingPointError, ValueError), match="lower the learning rate"):
        for _ in online(two.student, two.teacher, two.train, wild):
            pass

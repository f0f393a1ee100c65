from dataclasses import replace

import pytest
import torch

from labkit.methods.online.config import OnlineConfig
from labkit.methods.online.loop import online
from labkit.methods.online.prokt import DualTeacher, deep_mutual, prokt, start_uniform
from tests.helpers import tiny
from tests.helpers.online.pair_of_models import pair

SOON = OnlineConfig(epochs=1, batch_size=16, precision="float32")


def run(config, two, **others):
    return list(online(two.student, two.teacher, two.train, config, **others))


def test_prokts_student_hears_the_teacher_alone():
    steps = run(prokt(SOON, 0.3), pair())
    for step in steps:
        assert step.student.loss == pytest.approx(step.student.kd)
        wanted = 0.7 * step.teacher.ce + 0.3 * step.teacher.kd
        assert step.teacher.loss == pytest.approx(wanted, rel=1e-5)
    with pytest.raises(ValueError, match="weight"):
        prokt(SOON, 1.5)


def test_both_start_uniform():
    two = pair()
    for pupil in (two.student, two.teacher):
        start_uniform(pupil.model)
        assert torch.equal(pupil.model.eval()(two.features).logits, torch.zeros(48, 3))


def test_deep_mutual_learning_weighs_both_losses_alike_and_looks_first():
    config = deep_mutual(SOON)
    assert config.order == "mutual"
    step = run(config, pair())[0]
    for side in (step.student, step.teacher):
        assert side.loss == pytest.approx(side.ce + side.kd, rel=1e-5)


def test_the_dual_weight_grows_while_the_two_lie_apart_and_never_falls_below_0():
    near, far = DualTeacher(epsilon=100.0, rate=0.01), DualTeacher(epsilon=0.0, rate=0.5)
    run(SOON, pair(), teacher_step=near)
    assert near.weight == 0
    steps = run(SOON, pair(), teacher_step=far)
    assert far.weight == pytest.approx(0.5 * sum(step.teacher.kd for step in steps), rel=1e-4)
    assert steps[1].teacher.loss == pytest.approx(
        steps[1].teacher.ce + 0.5 * steps[0].teacher.kd * steps[1].teacher.kd, rel=1e-4
    )
    with pytest.raises(ValueError, match="epsilon"):
        DualTeacher(epsilon=-1)


@pytest.mark.parametrize("same_object", [True, False])
def test_the_dual_weight_goes_on_from_the_folder_of_a_stopped_run(tmp_path, same_object):
    config = replace(SOON, epochs=2, save_every=2)
    whole, dual = pair(), DualTeacher(epsilon=0.0, rate=0.5)
    run(config, whole, teacher_step=dual)
    begun, stopped = pair(), DualTeacher(epsilon=0.0, rate=0.5)
    for step in online(
        begun.student, begun.teacher, begun.train, config, teacher_step=stopped, folder=tmp_path
    ):
        if step.index == 2:
            break
    again = stopped if same_object else DualTeacher(epsilon=0.0, rate=0.5)
    rest = pair()
    run(config, rest, teacher_step=again, folder=tmp_path)
    assert again.weight == dual.weight
    for ours, theirs in ((rest.student, whole.student), (rest.teacher, whole.teacher)):
        assert tiny.equal(tiny.weights(ours.model), tiny.weights(theirs.model))


def test_each_run_begins_at_the_first_dual_weight_and_is_known_by_it(tmp_path):
    dual = DualTeacher(epsilon=0.0, rate=0.5, weight=0.25)
    first = run(SOON, pair(), teacher_step=dual, folder=tmp_path)
    assert dual.weight > 0.25
    assert run(SOON, pair(), teacher_step=dual)[0].teacher.loss == first[0].teacher.loss
    with pytest.raises(ValueError, match="another method"):
        run(SOON, pair(), teacher_step=DualTeacher(epsilon=0.0, rate=0.5), folder=tmp_path)

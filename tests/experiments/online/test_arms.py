from dataclasses import replace

import pytest

from labkit.experiments.online import arms
from labkit.experiments.online.plan import OnlineRun

RUN = OnlineRun("trec", "online", 0, train_rows=40, test_rows=20, epochs=1, latent=4)


def test_equal_time_has_ten_times_the_steps():
    usual = arms.settings(replace(RUN, arm="kd"))
    assert arms.settings(replace(RUN, arm="kd_equal_time")).epochs == 10 * usual.epochs


def test_settings_follow_the_name_of_the_arm():
    deaf = arms.settings(replace(RUN, arm="online_deaf"))
    assert (deaf.teacher.weights.ce, deaf.teacher.weights.kd) == (1.0, 0.0)
    assert arms.settings(replace(RUN, arm="online_vae_teacher_unclipped")).teacher.clip == 0
    assert arms.settings(replace(RUN, arm="online_vae_both_tied")).tie == 1.0
    assert arms.settings(replace(RUN, arm="online_mutual")).order == "mutual"
    assert arms.settings(replace(RUN, arm="labels")).student.weights.kd == 0


@pytest.mark.parametrize(
    ("name", "teacher", "student"),
    [
        ("online_vae_teacher", "vae", "none"),
        ("online_pca_student", "none", "pca"),
        ("online_ae_both", "ae", "ae"),
        ("kd_dropout_student", "none", "dropout"),
        ("online", "none", "none"),
    ],
)
def test_the_name_says_where_the_bottleneck_is(name, teacher, student):
    arm = arms.arm_named(name)
    assert (arm.teacher, arm.student) == (teacher, student)


def test_an_unknown_arm_is_refused():
    with pytest.raises(ValueError, match="no arm"):
        arms.arm_named("online_vae_nobody")

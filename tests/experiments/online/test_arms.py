from dataclasses import replace

import pytest
import torch

from labkit.experiments.online import arms
from labkit.experiments.online.plan import ARMS, OnlineRun
from tests.helpers.online import tiny_online

RUN = OnlineRun("trec", "online", 0, train_rows=40, test_rows=20, epochs=1, latent=4)


@pytest.fixture
def material():
    return tiny_online.material()


def measured(material, arm, **others):
    outcome = arms.measure_on(material, replace(RUN, arm=arm, **others))
    for name in ("seconds", "cpu_seconds"):
        del outcome[name]
    return outcome


def test_every_arm_of_the_plan_runs_and_reports_both_models(material):
    for arm in ARMS:
        outcome = measured(material, arm)
        assert 0 <= outcome["student"]["score"] <= 1, arm
        assert ("teacher" in outcome) == (arm != "labels"), arm
        assert ("nats" in outcome["student"]) and outcome["student"]["nll"] > 0, arm


def test_a_run_is_the_same_twice(material):
    assert measured(material, "online_vae_both") == measured(material, "online_vae_both")


def test_lambda_0_is_the_linear_arm(material):
    linear, nothing = (
        measured(material, "online_linear_teacher"),
        measured(material, "online_vae_teacher", weight=0.0),
    )
    for who in ("student", "teacher"):
        for one in (linear, nothing):
            one[who].pop("nats")
    assert linear == nothing


def test_a_deaf_teacher_is_the_teacher_alone(material):
    """Same first weights, order and dropout: only the student beside it is new."""
    deaf = measured(material, "online_deaf")["teacher"]
    alone = arms.lone_teacher(material, replace(RUN, arm="kd"))["test"]
    wanted = arms.numbers_of(material, alone)
    assert deaf["score"] == pytest.approx(wanted["score"], abs=0.11)


def test_students_of_a_seed_start_alike_in_every_arm(material):
    first, second = (
        arms.student_of(material, "bag", arms._bottleneck("none", RUN), 3).model for _ in range(2)
    )
    assert torch.equal(first.hidden.weight, second.hidden.weight)


def test_out_of_fold_logits_come_from_teachers_that_did_not_see_the_row(material, monkeypatch):
    seen = []
    taught = arms._taught

    def noted(material, run, rows):
        seen.append(rows)
        return taught(material, run, rows)

    monkeypatch.setattr(arms, "_taught", noted)
    logits = arms.out_of_fold(material, RUN)["train"]
    assert logits.shape == (40, 6) and torch.isfinite(logits).all()
    assert [len(rows) for rows in seen] == [32] * 5
    held = torch.cat([torch.tensor(sorted(set(range(40)) - set(rows.tolist()))) for rows in seen])
    assert torch.equal(held.sort().values, torch.arange(40))


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


def test_scores_are_judged_by_their_correlation():
    material = tiny_online.material(tiny_online.scores())
    run = replace(RUN, dataset="stsb", student="two_layers", arm="online_vae_teacher")
    outcome = arms.measure_on(material, run)
    assert -1 <= outcome["student"]["score"] <= 1
    assert "nll" not in outcome["student"]

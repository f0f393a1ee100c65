from dataclasses import replace

import pytest
import torch

from labkit.experiments.online import measure
from labkit.experiments.online.judge import numbers_of
from labkit.experiments.online.lone_teachers import lone_teacher
from labkit.experiments.online.material import student_of
from labkit.experiments.online.measure import measure_on
from labkit.experiments.online.plan import ARMS, LAYER_ARMS, OnlineRun
from labkit.models.bottlenecks import BottleneckConfig
from tests.helpers.online import tiny_online

RUN = OnlineRun("trec", "online", 0, train_rows=40, test_rows=20, epochs=1, latent=4)


@pytest.fixture
def material():
    return tiny_online.material()


def measured(material, arm, **others):
    outcome = measure_on(material, replace(RUN, arm=arm, **others))
    for name in ("seconds", "cpu_seconds"):
        del outcome[name]
    return outcome


def test_every_arm_of_the_plan_runs_and_reports_both_models(material):
    for arm in ARMS:
        student = "two_layers" if arm in LAYER_ARMS else "bag"
        outcome = measured(material, arm, student=student)
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
    alone = lone_teacher(material, replace(RUN, arm="kd"))["test"]
    wanted = numbers_of(material, alone)
    assert deaf["score"] == pytest.approx(wanted["score"], abs=0.11)


def test_students_of_a_seed_start_alike_in_every_arm(material):
    first, second = (
        student_of(material, "bag", BottleneckConfig("none"), 3).model for _ in range(2)
    )
    assert torch.equal(first.hidden.weight, second.hidden.weight)


def test_scores_are_judged_by_their_correlation():
    material = tiny_online.material(tiny_online.scores())
    run = replace(RUN, dataset="stsb", student="two_layers", arm="online_vae_teacher")
    outcome = measure_on(material, run)
    assert -1 <= outcome["student"]["score"] <= 1
    assert "nll" not in outcome["student"]


def test_metadistils_teacher_is_tuned_on_all_rows_but_the_quiz(material, monkeypatch):
    seen, real = [], measure.taught

    def noted(material, run, rows):
        seen.append(rows)
        return real(material, run, rows)

    monkeypatch.setattr(measure, "taught", noted)
    outcome = measured(material, "metadistil_hundredth")
    assert [len(rows) for rows in seen] == [36] and outcome["teacher"]["score"] >= 0


def test_rows_that_changed_since_the_plan_are_named(material):
    with pytest.raises(ValueError, match="wanted other; the data changed"):
        measure_on(material, replace(RUN, rows="other"))
    assert measured(material, "labels", rows=material.rows)["student"]["score"] >= 0

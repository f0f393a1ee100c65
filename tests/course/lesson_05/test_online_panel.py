"""Live online runs: the arm that is meant, a loss that can be compared, an ending in words."""

from dataclasses import replace

import pytest

from labkit import paths
from labkit.course.lesson_05 import online_panel
from labkit.experiments.online.arms import arm_named
from labkit.experiments.online.measure import measure_on
from labkit.experiments.online.plan import OnlineRun
from tests.helpers.course.generators import finished
from tests.helpers.online import tiny_online

ASKED = OnlineRun("trec", "online", 0, epochs=1, latent=8)


@pytest.fixture
def material(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "cache", lambda: tmp_path)
    return tiny_online.material()


@pytest.mark.parametrize("way", ["frozen teacher", "online", "mutual"])
def test_a_live_run_is_the_run_of_its_arm(material, way):
    steps, found = finished(online_panel.live_run(material, ASKED, way, 0.005))
    wanted = measure_on(material, replace(ASKED, arm=online_panel.WAYS[way]))
    assert found.student == pytest.approx(wanted["student"]["score"])
    assert found.teacher == pytest.approx(wanted["teacher"]["score"])
    assert len(steps) == steps[0].total and found.seconds > 0


def test_every_way_is_an_arm_and_the_vae_sits_on_the_teacher(material):
    kinds = {way: arm_named(arm).teacher for way, arm in online_panel.WAYS.items()}
    assert kinds["online, VAE (KDFD)"] == "vae" and kinds["online"] == "none"
    assert kinds["online, linear bottleneck"] == "linear"


def test_the_first_loss_on_the_labels_is_the_same_with_and_without_feedback(material):
    first = {
        way: next(online_panel.live_run(material, ASKED, way, 0.005)).loss
        for way in online_panel.WAYS
    }
    assert len({round(loss, 5) for loss in first.values()}) == 1


def test_runs_that_have_ended_are_listed_with_their_seconds(material):
    panel = online_panel.online_panel(material, ASKED)
    for way in ("frozen teacher", "online, VAE (KDFD)"):
        panel.controls["way"].widget.value = way
        panel.start.click()
        assert panel.wait(60)
        assert panel.errors == []
    said = panel.ending.value
    assert "frozen teacher, seed 0: student" in said
    assert "online, VAE (KDFD), lambda 0.005, seed 0: student" in said
    assert said.count(" s") >= 2 and 'role="status"' in said
    assert panel.run_now(1) == 1

"""Settings of GAD: what is run, what is kept of a run, and that a setting is what it says."""

import pytest

from labkit.experiments.llm import words_sweep as sweep
from labkit.experiments.llm.plan import TEMPERATURES
from tests.helpers import tiny
from tests.helpers.llm import small_words


@pytest.fixture(autouse=True)
def small(monkeypatch, tmp_path_factory):
    found = small_words.material(tmp_path_factory.mktemp("word_models"))
    monkeypatch.setattr(sweep, "material", lambda scale: found)
    from labkit.experiments.llm import arms

    monkeypatch.setattr(arms, "material", lambda scale: found)
    return found


def test_every_setting_comes_once_a_seed_with_both_controls():
    runs = sweep.settings(2)
    assert len(runs) == len(set(runs)) == 2 * (2 + 3 * 2 * 3 * 2)
    assert [run.arm for run in runs[:3]] == ["start", "seqkd_longer", "gad"]
    assert {run.seed for run in runs[: len(runs) // 2]} == {0}
    with pytest.raises(ValueError, match="at least 1"):
        sweep.settings(0)


@pytest.mark.parametrize("score", sweep.SCORES)
def test_a_setting_gives_answers_texts_and_a_curve(score, small):
    found = sweep.measure_setting(sweep.SettingRun("gad", score, group=2, scale="smoke"))
    assert set(found["answers"]) == set(found["said"]) == {str(heat) for heat in TEMPERATURES}
    words = [text.partition(":")[0] for text in found["said"]["1.0"]]
    assert words == list(small.words.validation[: sweep.SHOWN])
    assert [one["step"] for one in found["curve"]] == [1, small.scale.play_steps]
    assert all(0 <= one["right"] <= 1 and one["length"] >= 1 for one in found["curve"])
    assert found["cpu_seconds"] > 0


@pytest.mark.parametrize("arm", sweep.CONTROLS)
def test_a_control_has_no_curve(arm):
    found = sweep.measure_setting(sweep.SettingRun(arm, scale="smoke"))
    assert found["curve"] == [] and len(found["said"]["0.0"]) == sweep.SHOWN


def test_watching_changes_nothing_and_settings_differ(small):
    def played(watched=False, **how):
        student = small.start(0).model
        run = sweep.play(student, small, sweep.SettingRun("gad", scale="smoke", **how))
        if watched:
            sweep._watched(student, run, small.words.validation)
        else:
            list(run)
        return tiny.weights(student)

    plain = played()
    assert tiny.equal(plain, played(watched=True))
    for how in ({"score": "sum"}, {"frozen": True}, {"kl": 0.2}, {"group": 2}, {"seed": 1}):
        assert not tiny.equal(plain, played(**how)), how


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"arm": "gan"}, "wanted gad or one of"),
        ({"score": "first"}, "wanted one of"),
        ({"kl": -1.0}, "kl must be"),
        ({"kl": float("nan")}, "kl must be"),
        ({"group": 1}, "group must be at least 2"),
        ({"seed": -1}, "seed must be"),
        ({"scale": "huge"}, "got the scale"),
    ],
)
def test_nonsense_is_refused(how, says):
    with pytest.raises(ValueError, match=says):
        sweep.SettingRun(**how)

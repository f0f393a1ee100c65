import json

import pytest

from labkit.data.batches import encode_study
from labkit.experiments.ladder import arms as ladder_arms
from labkit.experiments.ladder import climb as ladder
from labkit.experiments.ladder.arms import Budget, as_many_steps, with_variants
from labkit.experiments.ladder.climb import ARMS, climb, gains, picture, scores, table
from labkit.methods.recipes import student_recipe
from tests.helpers import tiny
from tests.helpers.rungs import made
from tests.helpers.studies import study_of

QUICK = Budget(variants=1, epochs=1)


@pytest.fixture
def small(monkeypatch):
    """The ladder on made-up texts with a tiny teacher."""
    train, test = (list(zip(*tiny.texts(count, seed=count), strict=True)) for count in (60, 30))
    part = study_of(train, test)
    texts = encode_study(part, tiny.tokenizer())
    monkeypatch.setattr(ladder, "study", lambda dataset: part)
    monkeypatch.setattr(ladder, "encoded", lambda part: texts)
    monkeypatch.setattr(ladder, "teacher", lambda part: tiny.bert())
    monkeypatch.setattr(ladder_arms, "load_tokenizer", lambda name: tiny.tokenizer())


def test_every_arm_is_there_in_order_with_its_seeds(small):
    rungs = list(climb("made up", seeds=2, budget=QUICK, width=8))
    assert list(dict.fromkeys(rung.arm for rung in rungs)) == list(ARMS)
    counts = {arm: sum(rung.arm == arm for rung in rungs) for arm in ARMS}
    assert counts == {
        "majority": 1, "tfidf": 1, "swem": 2, "student_labels": 2, "student_plain_kd": 2,
        "student_hard": 2, "student_kd": 2, "teacher": 1,
    }  # fmt: skip
    for rung in rungs:
        assert rung.accuracy == pytest.approx(float(rung.correct.float().mean()))
        assert set(json.loads(json.dumps(rung.record()))) == {
            "arm", "seed", "accuracy", "macro_f1", "seconds",
        }  # fmt: skip


def test_the_same_seed_gives_the_same_rung(small):
    first, again = (
        {(rung.arm, rung.seed): rung.accuracy for rung in climb("made up", 1, QUICK, 8)}
        for _ in range(2)
    )
    assert first == again


def test_no_seed_at_all_is_refused(small):
    with pytest.raises(ValueError, match="seeds must be at least 1, got 0"):
        next(climb("made up", seeds=0))


def test_the_table_gives_the_mean_and_its_interval():
    rungs = made("student_kd", [0.8, 0.9, 0.85]) + made("teacher", [0.95])
    shown = table(rungs)
    assert shown.loc["student_kd", "accuracy"] == pytest.approx(0.85)
    assert shown.loc["student_kd", "low"] < 0.85 < shown.loc["student_kd", "high"]
    assert shown.loc["teacher", "seeds"] == 1


def test_a_large_gain_is_called_better_and_none_is_called_noise():
    alone = made("student_labels", [0.70, 0.71, 0.70, 0.72, 0.71])
    (found,) = gains(made("student_kd", [0.9] * 5) + alone)
    assert (found.word, found.name_a, found.name_b) == (
        "better", "soft labels on copies", "labels only",
    )  # fmt: skip
    same = made("student_kd", [0.71, 0.70, 0.72, 0.70, 0.71])
    assert [verdict.word for verdict in gains(same + alone)] == ["inside the noise"]
    assert gains(alone) == []


def test_the_picture_is_a_picture(tmp_path):
    rungs = made("majority", [0.2]) + made("student_kd", [0.8, 0.9]) + made("teacher", [0.95])
    picture(scores(rungs), tmp_path / "ladder.png")
    assert (tmp_path / "ladder.png").read_bytes().startswith(b"\x89PNG")
    assert scores(rungs)["student_kd"] == [0.8, 0.9]


def test_the_floor_needs_no_teacher(small, monkeypatch):
    monkeypatch.setattr(ladder, "teacher", lambda part: pytest.fail("asked for the teacher"))
    rungs = list(climb("made up", floor_only=True))
    assert [rung.arm for rung in rungs] == ["majority", "tfidf"]


def test_arms_without_variants_get_as_many_steps():
    config = as_many_steps(student_recipe(), rows=100, more_rows=1000, epochs=4)
    assert config.epochs * 4 == pytest.approx(4 * 16, abs=2)


def test_variants_are_new_texts_and_none_is_taken_from_the_test(small):
    texts = ladder.encoded(ladder.study("made up"))
    more = with_variants(texts, 3)
    assert more.texts[: len(texts.train)] == texts.train.texts
    assert len(set(more.texts)) == len(more) > 2 * len(texts.train)
    assert not set(more.texts[len(texts.train) :]) & {*texts.test.texts, *texts.validation.texts}
    assert with_variants(texts, 0) is texts.train


@pytest.mark.parametrize("wrong", [{"variants": -1}, {"epochs": 0}])
def test_a_budget_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="variants must be at least 0 and epochs at least 1"):
        Budget(**wrong)

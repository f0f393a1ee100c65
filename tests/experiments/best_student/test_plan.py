import math

import pytest
import torch

from labkit.data.catalog import AssetError
from labkit.experiments.best_student import plan as best_arm
from labkit.experiments.best_student.plan import BestRun, best_runs, chosen, config_of, of_chosen
from labkit.experiments.sweep import Result, key_of, plain
from labkit.methods import fine_tune as teachers


def result(arm, dropout, seed, validation, test=0.5):
    run = BestRun("made up", arm, dropout, 4e-3, seed, 1, 1, "", 64, "", "rows")
    return Result(key_of(run), plain(run), {"validation": validation, "accuracy": test})


def test_each_arm_tries_the_same_and_runs_what_validation_chose(tiny_best):
    found = list(best_runs("made up", seeds=2, count=0))
    asked = [(one.config["arm"], one.config["seed"]) for one in found]
    for arm in best_arm.ARMS:
        assert asked.count((arm, 0)) == len(best_arm.TRIES)
        assert asked.count((arm, 1)) == 1
        taken = [one for one in of_chosen(found) if one.config["arm"] == arm]
        assert len({(one.config["dropout"], one.config["learning_rate"]) for one in taken}) == 1
        assert sorted(one.config["seed"] for one in taken) == [0, 1]
    again = list(best_runs("made up", seeds=2, count=0))
    assert [one.outcome for one in again] == [one.outcome for one in found]
    assert all(one.again for one in again)


def test_the_test_accuracy_has_no_say_in_the_choice():
    tries = [
        result("labels", 0.2, 0, validation=0.7, test=0.1),
        result("labels", 0.4, 0, validation=0.6, test=0.9),
        result("distilled", 0.2, 0, validation=0.6, test=0.9),
        result("distilled", 0.4, 0, validation=0.8, test=0.1),
    ]
    assert [(run.arm, run.dropout) for run in chosen(tries)] == [
        ("labels", 0.2),
        ("distilled", 0.4),
    ]
    rest = [result("labels", 0.2, 1, 0.5), result("distilled", 0.4, 1, 0.5)]
    kept = [(one.config["arm"], one.config["dropout"]) for one in of_chosen([*tries, *rest])]
    assert sorted(kept) == [("distilled", 0.4)] * 2 + [("labels", 0.2)] * 2


def test_both_arms_take_as_many_steps():
    rows, more = 100, 390
    steps = {}
    for arm in best_arm.ARMS:
        config = config_of(BestRun("made up", arm, 0.2, 4e-3, 0, 3, 4, "", 64, "", ""), rows, more)
        seen = more if arm == "distilled" else rows
        steps[arm] = config.epochs * math.ceil(seen / config.batch_size)
    assert steps["labels"] == pytest.approx(steps["distilled"], rel=0.05)


def test_the_label_arm_never_sees_the_teacher_and_the_other_never_the_labels():
    labels = config_of(
        BestRun("made up", "labels", 0.2, 4e-3, 0, 3, 4, "", 64, "", ""), 10, 20
    ).weights
    distilled = config_of(
        BestRun("made up", "distilled", 0.2, 4e-3, 0, 3, 4, "", 64, "", ""), 10, 20
    ).weights
    assert (labels.ce, labels.kd) == (1, 0)
    assert (distilled.ce, distilled.kd) == (0, 1)


def test_a_student_of_the_real_size_keeps_to_a_fifth_of_minilm():
    from labkit.models.bilstm import build_bilstm
    from labkit.models.size import parameters

    vectors = torch.zeros(30522, best_arm.WIDTH)
    student = build_bilstm(30522, 6, vectors, hidden_size=best_arm.HIDDEN)
    assert parameters(student) <= 0.2 * 22_715_526


def test_texts_that_cannot_be_had_are_gone_without_and_said_so(tiny_best, monkeypatch):
    def missing(part, transfer):
        if transfer:
            raise AssetError("no such folder")
        return ()

    plan = best_arm.Plan("made up", variants=0, epochs=1, transfer="another")
    monkeypatch.setitem(best_arm.PLANS, "made up", plan)
    monkeypatch.setattr(best_arm, "more_texts", missing)
    with pytest.warns(UserWarning, match="go without the texts of another: no such folder"):
        found = list(best_runs("made up", seeds=1, count=0))
    assert {one.config["transfer"] for one in found} == {""}
    assert '"transfer": ""' in best_arm.plan_line(found[0].config)


def test_an_unknown_data_set_or_arm_is_refused_with_what_there_is():
    with pytest.raises(ValueError, match=r"nothing.*there are plans for trec"):
        list(best_runs("nothing", seeds=1, count=0))
    with pytest.raises(ValueError, match="labels, distilled"):
        BestRun("trec", "guess", 0.2, 4e-3, 0, 1, 1, "", 64, "", "")


def test_teachers_of_large_sets_pass_fewer_times():
    assert teachers.teacher_recipe("ag_news").epochs < teachers.teacher_recipe("subj").epochs

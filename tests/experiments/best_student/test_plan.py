from dataclasses import replace

import pytest

from labkit.data.catalog import AssetError
from labkit.experiments.best_student import plan as best_plan
from labkit.experiments.best_student.plan import BestRun, chosen, of_chosen
from labkit.experiments.best_student.reproduce import best_runs
from labkit.experiments.result import Result
from labkit.experiments.sweep import key_of


def result(arm, dropout, seed, validation, test=0.5):
    run = BestRun("made up", arm, dropout, 4e-3, seed, 1, 1, "", 64, "", "rows")
    return Result(key_of(run), run, {"validation": validation, "accuracy": test})


def test_each_arm_tries_the_same_and_runs_what_validation_chose(tiny_best):
    found = list(best_runs(tiny_best, seeds=2, count=0))
    asked = [(one.config.arm, one.config.seed) for one in found]
    for arm in best_plan.ARMS:
        assert asked.count((arm, 0)) == len(best_plan.TRIES)
        assert asked.count((arm, 1)) == 1
        taken = [one for one in of_chosen(found) if one.config.arm == arm]
        assert len({(one.config.dropout, one.config.learning_rate) for one in taken}) == 1
        assert sorted(one.config.seed for one in taken) == [0, 1]
    again = list(best_runs(tiny_best, seeds=2, count=0))
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
    kept = [(one.config.arm, one.config.dropout) for one in of_chosen([*tries, *rest])]
    assert sorted(kept) == [("distilled", 0.4)] * 2 + [("labels", 0.2)] * 2


def test_texts_that_cannot_be_had_are_gone_without_and_said_so(tiny_best, monkeypatch):
    def missing(part, transfer):
        if transfer:
            raise AssetError("no such folder")
        return ()

    plan = best_plan.Plan("made up", variants=0, epochs=1, transfer="another")
    monkeypatch.setitem(best_plan.PLANS, "made up", plan)
    monkeypatch.setattr(best_plan, "more_texts", missing)
    with pytest.warns(UserWarning, match="go without the texts of another: no such folder"):
        found = list(best_runs(tiny_best, seeds=1, count=0))
    assert {one.config.transfer for one in found} == {""}
    assert '"transfer": ""' in best_plan.plan_line(found[0].config)


def test_an_unknown_data_set_or_arm_is_refused_with_what_there_is(tiny_best):
    with pytest.raises(ValueError, match=r"nothing.*there are plans for trec"):
        list(best_runs(replace(tiny_best, name="nothing"), seeds=1, count=0))
    with pytest.raises(ValueError, match="labels, distilled"):
        BestRun("trec", "guess", 0.2, 4e-3, 0, 1, 1, "", 64, "", "")

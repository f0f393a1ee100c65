"""A live cell: prepared once, refused when it cannot be, and the very run of the tables."""

import pytest

from labkit.experiments import testbed as testbeds
from labkit.experiments.adversarial import arms_with_adversary, train_cell
from labkit.experiments.adversarial.arms_without_adversary import run_trial
from labkit.experiments.trial import Trial
from tests.helpers import tiny_testbed


@pytest.fixture
def made(monkeypatch):
    tiny_testbed.put_in_place(monkeypatch)
    found = testbeds.testbed_named("made up", "tiny")
    named = testbeds.replace(found.part, name="made up")
    return testbeds.replace(found, part=named)


def to_the_end(run):
    steps = []
    try:
        while True:
            steps.append(next(run))
    except StopIteration as end:
        return steps, end.value


def test_each_part_is_named_when_it_is_there_and_made_once(made, monkeypatch):
    assert not train_cell.ready(made, 0)
    assert list(train_cell.prepared(made)) == train_cell.parts()
    assert train_cell.ready(made, 0)
    monkeypatch.setattr(
        arms_with_adversary, "teacher_model", lambda testbed: pytest.fail("made again")
    )
    assert list(train_cell.prepared(made)) == train_cell.parts()
    assert len(train_cell.parts((0, 1))) == 6
    assert not train_cell.ready(made, 1)


def test_a_live_run_is_the_run_of_the_tables_to_the_last_bit(made):
    list(train_cell.prepared(made))
    trial = Trial("made up", "stage_two", 0, 0.5, 0.2, scale="tiny")
    run = arms_with_adversary.stage_two_run(made, trial)[1]
    steps, accuracy = to_the_end(train_cell.steps(made, 0.5, 0.2, 0))
    seen = [(s.index, s.loss, s.ce, s.kd, s.gan, s.accuracy, s.validation) for s in steps]
    assert seen == [(s.index, s.loss, s.ce, s.kd, s.gan, s.accuracy, s.validation) for s in run]
    assert accuracy == run_trial(trial)["accuracy"]


def test_another_beta_is_another_run(made):
    list(train_cell.prepared(made))
    one, two = (to_the_end(train_cell.steps(made, 0.5, beta))[0] for beta in (0.1, 0.2))
    assert one[-1].loss != two[-1].loss


def test_impossible_weights_and_a_seed_that_is_not_prepared_are_refused(made):
    with pytest.raises(ValueError, match="at most 1"):
        next(train_cell.steps(made, 0.9, 0.2))
    with pytest.raises(ValueError, match=r"prepared\(testbed, seeds=\(4,\)\)"):
        next(train_cell.steps(made, 0.5, 0.2, 4))


def test_the_trial_of_a_live_run_names_its_rows(made):
    trial = train_cell.trial_of(made, 0.5, 0.1, 2)
    assert (trial.kd, trial.gan, trial.seed) == (0.5, 0.1, 2)
    assert (trial.scale, trial.rows) == ("tiny", made.folder.name)

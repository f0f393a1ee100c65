from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
import torch
from torch import nn

from labkit.training.config import Step
from labkit.training.run_folder import RunFolder
from labkit.training.together import Turn, together

FACTORS = {"first": 2, "second": 3}


@dataclass(frozen=True)
class Both:
    index: int
    losses: list[float]


@dataclass
class Adder:
    """A learner that adds the batch and what the one before it has."""

    model: nn.Linear
    before: nn.Linear | None = None
    log: list[str] = field(default_factory=list)
    is_awake: bool = False

    @contextmanager
    def opened(self):
        self.log.append("opened")
        try:
            yield self
        finally:
            self.log.append("closed")

    @contextmanager
    def awake(self):
        assert not self.is_awake
        self.is_awake = True
        try:
            yield
        finally:
            self.is_awake = False

    def learn(self, turn):
        assert self.is_awake
        with torch.no_grad():
            self.model.weight += turn.rows.sum() + (self.before.weight if self.before else 0)
        return Step(turn.index, turn.total, turn.epoch, self.model.weight.item(), 0, 0, 0, 0)

    def tensors(self):
        return {"weight": self.model.weight.detach()}

    def numbers(self):
        return {"three": 3.0}

    def restore(self, tensors, numbers):
        assert numbers == {"three": 3.0}
        with torch.no_grad():
            self.model.weight.copy_(tensors["weight"])

    def finish(self):
        self.log.append("finished")


@dataclass
class Count:
    """A preparation that counts."""

    turns: int = 0

    def prepare(self, turn):
        self.turns += 1

    def tensors(self):
        return {"turns": torch.tensor(self.turns)}

    def restore(self, tensors):
        self.turns = int(tensors["turns"])


def seats():
    first, second = nn.Linear(1, 1), nn.Linear(1, 1)
    for model in (first, second):
        nn.init.ones_(model.weight)
    return {"first": Adder(first), "second": Adder(second, before=first)}


def turns(done):
    for index in range(done, 6):
        yield Turn(index, 6, 0, torch.tensor([index]), index == 0, index == 5)


def run(these, folder=None, stop=None, count=None, save_every=2):
    disk = None
    if folder is not None:
        disk = RunFolder(folder, {"a": 1, "b": 1}, {"first": "a", "second": "b"})
    reports = []
    steps = together(
        these,
        turns,
        lambda turn, steps: Both(turn.index, [step.loss for step in steps]),
        disk,
        save_every,
        count,
    )
    for report in steps:
        assert not any(seat.is_awake for seat in these.values())
        reports.append(report)
        if len(reports) == stop:
            break
    steps.close()
    return reports


def test_a_later_model_sees_what_the_earlier_one_has_just_learned():
    reports = run(seats())
    assert reports[0].losses == [1, 2]
    assert reports[1].losses == [2, 5]


@pytest.mark.parametrize("stop", [1, 2, 3, 5])
def test_a_stopped_run_of_two_models_goes_on(tmp_path, stop):
    straight, count = run(seats()), Count()
    begun = run(seats(), tmp_path, stop, Count())
    rest = run(seats(), tmp_path, count=count)
    assert begun + rest == straight
    assert count.turns == 6
    lines = RunFolder(tmp_path, {"a": 1, "b": 1}, {"first": "a", "second": "b"}).lines()
    assert [line["losses"] for line in lines] == [report.losses for report in straight]


def test_every_model_is_finished_only_after_the_last_batch_and_always_closed():
    whole, stopped = seats(), seats()
    run(whole), run(stopped, stop=2)
    for seat in whole.values():
        assert seat.log == ["opened", "finished", "closed"]
    for seat in stopped.values():
        assert seat.log == ["opened", "closed"]


def test_an_error_in_a_batch_closes_every_model_and_leaves_the_checkpoint(tmp_path):
    these = seats()
    learn = these["second"].learn

    def dying(turn):
        if turn.index == 3:
            raise RuntimeError("dies")
        return learn(turn)

    these["second"].learn = dying
    with pytest.raises(RuntimeError, match="dies"):
        run(these, tmp_path)
    assert all(seat.log[-1] == "closed" and not seat.is_awake for seat in these.values())
    rest = run(seats(), tmp_path)
    assert [report.index for report in rest] == [2, 3, 4, 5]
    assert rest[-1] == run(seats())[-1]

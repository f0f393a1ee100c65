"""The training panel: one thread that starts, stops, reports, fails and leaves nothing behind."""

import re
import threading
from dataclasses import dataclass

import pytest

from labkit.course.widgets.controls import number
from labkit.course.widgets.training_panel import TrainingPanel
from labkit.evaluation.curves import Behind, Point


@dataclass(frozen=True)
class Step:
    index: int
    loss: float
    total: int
    accuracy: float | None = None
    validation: float | None = None


class Runs:
    """Makes runs whose steps wait until the test lets them go."""

    def __init__(self, steps=5):
        self.steps, self.go, self.begun = steps, threading.Event(), threading.Event()
        self.closed_in: list[str] = []
        self.rates: list[float] = []

    def __call__(self, rate=1.0):
        self.rates.append(rate)
        try:
            for index in range(self.steps):
                last = index == self.steps - 1
                yield Step(index, 1 / (index + 1), self.steps, 0.5, 0.75 if last else None)
                self.begun.set()
                assert self.go.wait(20)
        finally:
            self.closed_in.append(threading.current_thread().name)


def threads():
    return [thread for thread in threading.enumerate() if thread.name == "labkit-training"]


def test_a_run_goes_to_its_end_in_a_daemon_thread_that_disappears():
    runs = Runs()
    panel = TrainingPanel(runs, rate=number("rate", 1, 0, 2, 1))
    panel.start.click()
    assert runs.begun.wait(20)
    assert [thread.daemon for thread in threads()] == [True]
    assert (panel.start.disabled, panel.stop.disabled) == (True, False)
    assert not panel.wait(0.01)
    runs.go.set()
    assert panel.wait(20)
    assert threads() == []
    assert (panel.start.disabled, panel.stop.disabled) == (False, True)
    assert "ended: step 5 of 5, loss 0.200" in panel.progress.value
    assert 'aria-label="training progress"' in panel.progress.value
    assert "Validation accuracy 0.75 at step 5" in panel.image.value
    assert runs.closed_in == ["labkit-training"]


def start_and_stop(panel, runs):
    """Click Stop while the run waits in its first step, then let it go on."""
    panel.start.click()
    assert runs.begun.wait(20)
    panel.stop.click()
    runs.go.set()
    assert panel.wait(20)


def test_stop_ends_the_run_closes_its_generator_and_a_second_start_works():
    runs = Runs(steps=1000)
    panel = TrainingPanel(runs, rate=number("rate", 1, 0, 2, 1))
    start_and_stop(panel, runs)
    assert runs.closed_in == ["labkit-training"]
    assert len(panel.steps) < 1000
    assert panel.progress.value.endswith(f"step {len(panel.steps)} of 1000, "
                                         f"loss {panel.steps[-1].loss:.3f}")  # fmt: skip
    assert "stopped" in panel.progress.value
    runs.steps = 3
    panel.controls["rate"].widget.value = 2
    panel.start.click()
    assert panel.wait(20)
    assert (runs.rates, len(panel.steps), len(panel.earlier)) == ([1, 2], 3, 1)
    assert "1 earlier runs in grey: rate 1" in panel.image.value
    assert re.search(r"<td>1</td><td>\d+ of 1000, stopped</td>", panel.table.value)
    assert "<td>2</td><td>3</td><td>0.611</td><td>0.750</td>" in panel.table.value


def test_a_generator_that_somebody_else_holds_is_closed_too():
    runs, held = Runs(steps=1000), []

    def make_run():
        held.append(runs())
        return held[-1]

    panel = TrainingPanel(make_run)
    start_and_stop(panel, runs)
    assert runs.closed_in == ["labkit-training"]


def test_two_clicks_start_one_run():
    runs = Runs()
    panel = TrainingPanel(runs)
    panel.start.click()
    panel.start.click()
    assert runs.begun.wait(20)
    assert (len(runs.rates), len(threads())) == (1, 1)
    runs.go.set()
    assert panel.wait(20)


@pytest.mark.parametrize("early", [True, False])
def test_an_error_early_or_late_is_an_alert_and_the_next_start_works(early):
    faults = [RuntimeError("out of <memory>")]

    def late():
        yield Step(0, 1.0, 4)
        if faults:
            raise faults.pop()

    def make_run():
        if early and faults:
            raise faults.pop()
        return late()

    panel = TrainingPanel(make_run, accuracy=False)
    panel.start.click()
    assert panel.wait(20)
    assert 'role="alert"' in panel.status.value
    assert "RuntimeError: out of &lt;memory&gt;" in panel.status.value
    assert [str(error) for error in panel.errors] == ["out of <memory>"]
    assert not panel.start.disabled
    panel.start.click()
    assert panel.wait(20)
    assert panel.status.value == ""
    assert len(panel.steps) == 1


def test_starting_one_panel_stops_the_run_of_another():
    first, second = Runs(steps=1000), Runs()
    one, two = TrainingPanel(first), TrainingPanel(second)
    one.start.click()
    assert first.begun.wait(20)
    two.start.click()
    first.go.set()
    second.go.set()
    assert one.wait(20) and two.wait(20)
    assert "stopped" in one.progress.value
    assert "ended" in two.progress.value


def test_run_now_takes_a_few_steps_here_and_raises_what_goes_wrong():
    runs = Runs()
    runs.go.set()
    panel = TrainingPanel(runs, rate=number("rate", 1, 0, 2, 1))
    assert panel.run_now(2) == 2
    assert "to 0.500 at step 2" in panel.image.value
    assert "to 0.500 at step 2" in panel.static_twin().alt
    assert runs.closed_in == ["MainThread"]

    def broken():
        raise RuntimeError("no data")
        yield

    with pytest.raises(RuntimeError, match="no data"):
        TrainingPanel(broken).run_now()
    with pytest.raises(ValueError, match="without a step"):
        TrainingPanel(lambda: (step for step in ())).run_now()


def test_a_fast_run_is_not_drawn_at_every_step(monkeypatch):
    drawn = []
    draw = TrainingPanel._draw
    monkeypatch.setattr(TrainingPanel, "_draw", lambda self: (drawn.append(1), draw(self)))
    panel = TrainingPanel(lambda: (Step(index, 1.0, 2000) for index in range(2000)))
    panel.start.click()
    assert panel.wait(60)
    assert len(panel.steps) == 2000
    assert len(drawn) < 40


def test_nothing_trained_yet_is_reported_in_the_alt_text():
    assert "Nothing has been trained yet" in TrainingPanel(Runs()).image.value


FINISHED = Behind("shipped, 1 seed", ((Point(1, 2, 3.0, 0.4), Point(3, 4, 2.0, 0.6, 0.7)),))


def returns(rate=1.0):
    for index in range(4):
        yield Step(index, float(index), 4, 0.5)
    return 0.875 * rate


def test_what_a_run_returns_is_reported_in_words_at_its_end_with_the_values_it_ran_with():
    panel = TrainingPanel(
        returns, at_end=lambda found, rate: f"<found {found} at {rate}>",
        rate=number("rate", 1, 0, 2, 1),
    )  # fmt: skip
    panel.start.click()
    assert panel.wait(20)
    assert panel.outcome == 0.875
    assert "&lt;found 0.875 at 1.0&gt;" in panel.ending.value


def test_a_run_that_was_stopped_has_no_last_word():
    runs = Runs(steps=1000)
    panel = TrainingPanel(runs, at_end=lambda found, rate: "done", rate=number("rate", 1, 0, 2, 1))
    panel.start.click()
    assert runs.begun.wait(20)
    panel.stop.click()
    runs.go.set()
    assert panel.wait(20)
    assert (panel.outcome, panel.ending.value) == (None, "")


def test_finished_runs_lie_behind_the_curve_and_follow_the_controls_until_it_starts():
    asked = []

    def behind(rate):
        asked.append(rate)
        return FINISHED if rate else None

    panel = TrainingPanel(returns, behind=behind, rate=number("rate", 1, 0, 2, 1))
    assert "In grey, shipped, 1 seed: loss from 3.000 to 2.000" in panel.image.value
    panel.controls["rate"].widget.value = 0
    assert "In grey" not in panel.image.value
    panel.controls["rate"].widget.value = 2
    panel.run_now(4)
    panel.controls["rate"].widget.value = 0
    axes = panel.static_twin().figure.axes[0]
    assert axes.get_title() == "rate 2"
    assert asked[-1] == 2
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ["shipped, 1 seed", "this run, each batch", "this run, means"]
    assert list(axes.lines[-1].get_ydata()) == [0.5, 2.5]


def test_earlier_runs_are_named_only_when_there_are_some():
    def legends(panel):
        found = [axes.get_legend() for axes in panel.static_twin().figure.axes]
        return [text.get_text() for one in found if one for text in one.get_texts()]

    panel = TrainingPanel(returns, rate=number("rate", 1, 0, 2, 1))
    panel.run_now(4)
    assert legends(panel) == []
    panel.run_now(4)
    assert legends(panel) == ["the same values", "this run"] * 2


def test_the_picture_names_the_last_three_earlier_runs_and_the_axis_its_loss():
    panel = TrainingPanel(returns, loss="loss on the labels, nats", rate=number("rate", 1, 0, 9, 1))
    for rate in range(6):
        panel.controls["rate"].widget.value = rate
        panel.run_now(1)
    axes = panel.static_twin().figure.axes[0]
    assert axes.get_ylabel() == "loss on the labels, nats"
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ["rate 2", "rate 3", "rate 4", "this run"]

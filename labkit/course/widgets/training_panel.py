"""Start and stop a training run and watch its curve, while the kernel stays free."""

import threading
import time
from collections.abc import Callable, Generator
from typing import Any

import ipywidgets as W

from labkit.course.widgets.controls import Control
from labkit.course.widgets.messages import alert, result, status_line
from labkit.course.widgets.page_script import PageScript
from labkit.course.widgets.runs_table import HEIGHT, EndedRun, as_html, names
from labkit.course.widgets.training_curves import RunStep, TrainingCurves, training_picture
from labkit.evaluation.curves import Behind
from labkit.plots.picture import Picture

MOST_EARLIER = 3
"""Earlier runs that the picture shows; the table has all."""
SECONDS_BETWEEN_PICTURES = 0.25
SHARE_OF_TIME = 0.2
"""Drawing takes at most this share of a run's time, so that other panels answer meanwhile."""


class _Training(threading.Thread):
    """The one thread of a panel; a second panel that starts asks it to stop."""

    def __init__(self, work: Callable[[threading.Event], None]) -> None:
        self.stop = threading.Event()
        super().__init__(target=work, args=(self.stop,), name="labkit-training", daemon=True)


class TrainingPanel(W.VBox):
    """Start, Stop, progress and the curve of any run, a generator of steps.

    make_run: called with the controls' values at each Start; returns the generator. It runs in a
              thread of its own and should make a fresh student, or the second run goes on from
              the first. One run trains at a time: Start stops the run of another panel.
    accuracy: draw a second picture with the accuracy of the batch and of the validation rows
    behind:   called with the controls' values; finished runs to draw the curve over, or None
    loss:     name and unit of the steps' loss; let it be one that runs of all values share, such
              as the cross-entropy with the labels, or their curves cannot be compared
    at_end:   called with what the generator returned and the controls' values, when a run has
              gone to its end; gives the sentence that is shown then
    controls: number(...), choice(...) or switch(...), named as the parameters of make_run
    """

    def __init__(
        self,
        make_run: Callable[..., Generator[Any, None, Any]],
        *,
        accuracy: bool = True,
        loss: str = "loss, nats",
        behind: Callable[..., Behind | None] | None = None,
        at_end: Callable[..., str] | None = None,
        **controls: Control,
    ) -> None:
        self.make_run, self.accuracy, self.controls = make_run, accuracy, controls
        self.behind, self.at_end, self.loss = behind, at_end, loss
        self.steps: list[RunStep] = []
        self.earlier: list[EndedRun] = []
        self.errors: list[Exception] = []
        self.running = False
        self.outcome: Any = None
        self._asked = self.values()
        self._thread: _Training | None = None
        self._lock = threading.Lock()
        self.start = W.Button(description="Start", button_style="primary")
        self.stop = W.Button(description="Stop", disabled=True)
        self.progress, self.status = status_line(), status_line()
        self.image = W.HTML()
        buttons = W.HBox([self.start, self.stop, self.progress])
        self.ending = W.HTML(layout=W.Layout(min_height="60px" if at_end else "0"))
        self.table = W.HTML(as_html([], loss), layout=W.Layout(height=f"{HEIGHT + 8}px"))
        shown = [buttons, self.status, self.image, self.ending, self.table, PageScript()]
        super().__init__([*controls.values(), *shown])
        self.add_class("labkit-panel")
        self._draw()
        self.start.on_click(self._on_start)
        self.stop.on_click(self._on_stop)
        for control in controls.values():
            control.widget.observe(self._on_move, "value")

    def values(self) -> dict[str, Any]:
        """What the controls say now, as make_run receives it."""
        return {name: control.widget.value for name, control in self.controls.items()}

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the run to end, at most `timeout` seconds; whether it has ended."""
        thread = self._thread
        if thread:
            thread.join(timeout)
        return not (thread and thread.is_alive())

    def run_now(self, steps: int = 3) -> int:
        """Take a few steps in the calling thread and draw them; errors are raised.

        Returns the number of steps taken. Tests call it, since nobody clicks Start there.
        """
        self._new_curve()
        run = self.make_run(**self._asked)
        try:
            for step in run:
                self.steps.append(step)
                if len(self.steps) == steps:
                    break
        finally:
            run.close()
        if not self.steps:
            raise ValueError("the run ended without a step; look at what make_run returns")
        self._draw()
        return len(self.steps)

    def static_twin(self) -> Picture:
        """The curves so far as a picture that stays, for print and pages without a kernel."""
        asked = None if self.behind is None else self._asked
        some = self.earlier[-MOST_EARLIER:]
        steps, called = [run.steps for run in some], names(some, self._asked)
        runs = TrainingCurves(self.steps, steps, asked, self._behind(), called, self.loss)
        return training_picture(runs, self.accuracy)

    def _on_start(self, _: object) -> None:
        with self._lock:
            if self.running:
                return
            self.running = True
        for thread in threading.enumerate():
            if isinstance(thread, _Training):
                thread.stop.set()
        self.start.disabled, self.stop.disabled = True, False
        self.status.value = self.ending.value = ""
        self._new_curve()
        self._thread = _Training(self._train)
        self._thread.start()

    def _on_stop(self, _: object) -> None:
        if self._thread:
            self._thread.stop.set()
        self.stop.disabled = True

    def _on_move(self, _: object) -> None:
        """Show what lies behind the new values, unless a curve of others is on the picture."""
        if self.behind is not None and not (self.steps or self.running):
            self._asked = self.values()
            self._draw()

    def _new_curve(self) -> None:
        if self.steps:
            self.earlier.append(EndedRun(self._asked, self.steps))
        self.steps, self.outcome, self._asked = [], None, self.values()

    def _train(self, stop: threading.Event) -> None:
        try:
            self._follow(self._run(), stop)
            self._draw()
            if self.at_end is not None and not stop.is_set():
                self.ending.value = result(self.at_end(self.outcome, **self._asked))
        except Exception as error:  # a thread's error would vanish; the student must see it
            self.errors.append(error)
            self.status.value = alert(f"The run ended with {type(error).__name__}: {error}")
        finally:
            self._list()
            self._say("stopped" if stop.is_set() else "ended")
            self.start.disabled, self.stop.disabled = False, True
            self.running = False

    def _run(self) -> Generator[Any, None, None]:
        """The run's steps; what it returns at its end stays in `outcome`."""
        self.outcome = yield from self.make_run(**self._asked)

    def _follow(self, run: Generator[Any, None, None], stop: threading.Event) -> None:
        due = time.monotonic() + SECONDS_BETWEEN_PICTURES
        try:
            for step in run:
                self.steps.append(step)
                if stop.is_set():
                    break
                begun = time.monotonic()
                if begun >= due:
                    self._draw()
                    self._say("running")
                    took = time.monotonic() - begun
                    due = begun + max(SECONDS_BETWEEN_PICTURES, took / SHARE_OF_TIME)
        finally:
            run.close()

    def _say(self, state: str) -> None:
        if not self.steps:
            self.progress.value = f"{state}, no step yet"
            return
        last, done, name = self.steps[-1], len(self.steps), self.loss.partition(",")[0]
        self.progress.value = (
            f'<progress aria-label="training progress" value="{done}" max="{last.total}">'
            f"</progress> {state}: step {done} of {last.total}, {name} {last.loss:.3f}"
        )

    def _draw(self) -> None:
        self.image.value = self.static_twin().to_html()

    def _list(self) -> None:
        last = [EndedRun(self._asked, self.steps)] if self.steps else []
        self.table.value = as_html([*self.earlier, *last], self.loss)

    def _behind(self) -> Behind | None:
        return None if self.behind is None else self.behind(**self._asked)

"""Runs as tasks of Slurm's job arrays; a task that is lost is handed in again."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from labkit.experiments.executors.attempts import Attempt, tell
from labkit.experiments.executors.slurm_commands import Job, RealSlurm, Slurm
from labkit.files import fingerprint, write_text
from labkit.notices import say

TIMES = 3
"""How often a run is handed in before it is given up."""


class LostTask(RuntimeError):
    """Slurm's tasks of a run ended again and again without an answer."""


@dataclass
class _Task:
    """A run, whoever waits for it, and what became of it so far."""

    run: Callable[..., Any]
    given: tuple[Any, ...]
    note: Path
    """Keeps the number of its task: a command that was killed is gone on with by the next one."""
    future: "Future[Any]"
    job: Job | None = None
    times: int = 0
    missing_since: float | None = None


@contextmanager
def slurm_tasks(folder: Path, count: int) -> Iterator[Executor]:
    """Tasks of one core each, `count` of an array side by side.

    folder: where the tasks find their work and leave their answers; every node must see it
    The usual SBATCH_ variables choose partition, account, memory and time. An error or Ctrl-C
    inside the block cancels what is not done; when this process is killed, its tasks go on, and
    the same command takes them up again.
    errors: ModuleNotFoundError and ValueError that say what is missing
    """
    tasks = SlurmTasks(RealSlurm(folder, count), folder)
    try:
        yield tasks
    finally:
        tasks.shutdown()


class SlurmTasks(Executor):
    """One thread hands in what has come together, and looks after it every `look` seconds.

    grace: seconds that a task may be gone from the queue before its answer is given up: a file
           of another machine takes a while to be seen
    """

    def __init__(self, slurm: Slurm, folder: Path, look: float = 2.0, grace: float = 30.0) -> None:
        self.slurm, self.folder, self.look, self.grace = slurm, folder, look, grace
        self._tasks: list[_Task] = []
        self._lock, self._over = Lock(), Event()
        folder.mkdir(parents=True, exist_ok=True)
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()

    def submit(self, run: Callable[..., Any], /, *given: Any, **named: Any) -> "Future[Any]":
        """The future of a run; named arguments are not taken."""
        if named:
            raise TypeError(f"runs take no named arguments, got {', '.join(named)}")
        name = fingerprint(f"{run.__module__}.{run.__qualname__}", repr(given))[:20]
        task = _Task(run, given, self.folder / f"{name}.task", Future())
        with self._lock:
            self._tasks.append(task)
        return task.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:
        """Cancel what is not done; its futures never end."""
        self._over.set()
        self._thread.join()
        self._call_off([task for task in self._tasks if task.job and not _is_told(task)])
        self._tasks = []

    def _call_off(self, tasks: Sequence[_Task]) -> None:
        if tasks:
            self.slurm.cancel([task.job.job_id for task in tasks if task.job])
        for task in tasks:
            task.note.unlink(missing_ok=True)

    def _watch(self) -> None:
        while not self._over.wait(self.look):
            try:
                self._look()
            except Exception as error:
                self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """Slurm refuses the work itself, so nobody is left waiting."""
        with self._lock:
            given_up, self._tasks = self._tasks, []
        for task in given_up:
            if task.future.set_running_or_notify_cancel():
                task.future.set_exception(error)

    def _look(self) -> None:
        with self._lock:
            unwanted = [task for task in self._tasks if task.job and task.future.cancelled()]
            self._tasks = [task for task in self._tasks if not task.future.done()]
            mine = list(self._tasks)
        self._call_off(unwanted)
        known = [task for task in mine if task.job is not None]
        alive = self.slurm.alive() if mine else None
        if alive is None:
            return
        for task in known:
            self._look_after(task, alive)
        self._hand_in([task for task in mine if not (task.job or task.future.done())], alive)

    def _look_after(self, task: _Task, alive: set[str]) -> None:
        assert task.job is not None
        if Path(task.job.paths.result_pickle).exists():
            self._finish(task, task.job)
        elif task.job.job_id in alive:
            task.missing_since = None
        elif task.missing_since is None:
            task.missing_since = time.monotonic()
        elif time.monotonic() - task.missing_since >= self.grace:
            self._lose(task, task.job)

    def _finish(self, task: _Task, job: Job) -> None:
        done: Future[Attempt] = Future()
        try:
            done.set_result(job.result())
        except Exception as error:
            done.set_exception(error)
        tell(task.future, done)
        task.note.unlink(missing_ok=True)
        self.slurm.forget(job)

    def _lose(self, task: _Task, job: Job) -> None:
        """A task was killed, or its node was: the run is handed in again, but not for ever."""
        task.note.unlink(missing_ok=True)
        task.job = task.missing_since = None
        if task.times < TIMES:
            say(f"Slurm's task {job.job_id} ended without an answer; its run is handed in again")
            return
        error = LostTask(
            f"{task.times} tasks of Slurm ended without an answer, the last one {job.job_id}: "
            f"killed, out of memory or over time; see {job.paths.stderr}"
        )
        if task.future.set_running_or_notify_cancel():
            task.future.set_exception(error)

    def _hand_in(self, tasks: Sequence[_Task], alive: set[str]) -> None:
        for task in tasks:
            task.job = self._of_before(task.note, alive)
        new = [task for task in tasks if task.job is None]
        if not new:
            return
        jobs = self.slurm.hand_in([(task.run, task.given) for task in new])
        for task, job in zip(new, jobs, strict=True):
            task.job, task.times = job, task.times + 1
            write_text(task.note, job.job_id)

    def _of_before(self, note: Path, alive: set[str]) -> Job | None:
        """The task that a killed command left, if it is still at work or has its answer ready."""
        if not note.exists():
            return None
        job = self.slurm.handed_in(note.read_text(encoding="utf-8"))
        ready = Path(job.paths.result_pickle).exists()
        return job if ready or job.job_id in alive else None


def _is_told(task: _Task) -> bool:
    """Whether its end was handed to whoever waited for it."""
    return task.future.done() and not task.future.cancelled()

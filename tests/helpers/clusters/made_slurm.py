"""A Slurm that a test decides: what was handed in, what waits, what left an answer."""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

from labkit.experiments.executors.attempts import attempt


@dataclass
class MadeJob:
    """A task; its answer is there as soon as its file is."""

    job_id: str
    folder: Path
    answer: object = None

    @property
    def paths(self):
        return SimpleNamespace(
            result_pickle=self.folder / f"{self.job_id}.answer", stderr=self.folder / "log"
        )

    def result(self):
        return self.answer


@dataclass
class MadeSlurm:
    """Tasks are done at once, wait, or are lost, as `fate` says for each time of handing in."""

    folder: Path
    fate: str = "does"
    """`does`, `waits` or `loses`; `refuses` raises when work is handed in."""
    arrays: list[list[str]] = field(default_factory=list)
    jobs: dict[str, MadeJob] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    queue: set[str] = field(default_factory=set)

    def hand_in(self, work):
        if self.fate == "refuses":
            raise OSError("sbatch: error: invalid partition")
        numbers = [f"{len(self.arrays)}_{place}" for place in range(len(work))]
        self.arrays.append(numbers)
        for number, (run, given) in zip(numbers, work, strict=True):
            self.jobs[number] = MadeJob(number, self.folder, (run, given))
            self.queue.add(number)
            if self.fate != "waits":
                self.end(number, answers=self.fate == "does")
        return [self.jobs[number] for number in numbers]

    def end(self, number, answers=True):
        """The task leaves the queue, with an answer or without."""
        job = self.jobs[number]
        self.queue.discard(number)
        if answers:
            job.answer = attempt(*job.answer)
            job.paths.result_pickle.touch()

    def handed_in(self, number):
        return self.jobs[number]

    def alive(self):
        return set(self.queue)

    def cancel(self, numbers):
        self.cancelled += numbers
        self.queue -= set(numbers)

    def forget(self, job):
        job.paths.result_pickle.unlink()

"""What a sweep asks of Slurm: through submitit, and through squeue and scancel."""

import getpass
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from labkit.experiments.executors.attempts import Attempt, attempt
from labkit.notices import say

MINUTES = 240
"""Time that Slurm gives a task; SBATCH_TIMELIMIT says another."""
Work = tuple[Callable[..., Any], tuple[Any, ...]]
"""A run and what it is given."""


class Job(Protocol):
    """A task that was handed in, as submitit has it."""

    @property
    def job_id(self) -> str:
        """Such as 12_3, the fourth task of array 12."""
        ...

    @property
    def paths(self) -> Any:
        """Where its answer (`result_pickle`) and its log (`stderr`) are."""
        ...

    def result(self) -> Attempt:
        """Its answer."""
        ...


class Slurm(Protocol):
    """What is asked of Slurm; a test asks something else."""

    def hand_in(self, work: Sequence[Work]) -> Sequence[Job]:
        """One job array, a task for each run."""
        ...

    def handed_in(self, number: str) -> Job:
        """A task of an earlier command."""
        ...

    def alive(self) -> set[str] | None:
        """The numbers of all tasks that wait or run; None when Slurm gives no answer just now."""
        ...

    def cancel(self, numbers: Sequence[str]) -> None:
        """End these tasks."""
        ...

    def forget(self, job: Job) -> None:
        """Remove the files of a task whose answer was taken."""
        ...


class RealSlurm:
    """The Slurm that this machine belongs to.

    folder: where tasks find their work and leave their answers; count: tasks of an array side by
            side
    A cluster without accounting has no sacct, so what is alive is asked of squeue.
    errors: ModuleNotFoundError and ValueError that say what is missing
    """

    def __init__(self, folder: Path, count: int) -> None:
        try:
            import submitit
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                "the executor slurm needs the package submitit, which is not installed: "
                "pip install 'labkit[slurm]'"
            ) from error
        missing = [name for name in ("sbatch", "srun", "squeue") if shutil.which(name) is None]
        if missing:
            raise ValueError(
                f"the executor slurm needs Slurm's commands, and there is no {missing[0]} here; "
                "run this on a machine of the cluster, or take --executor local"
            )
        self.folder, self.job_kind = folder, submitit.SlurmJob
        self.executor = submitit.SlurmExecutor(folder)
        self.executor.update_parameters(
            job_name="labkit",
            time=MINUTES,
            cpus_per_task=1,
            array_parallelism=count,
            setup=["export OMP_NUM_THREADS=1"],
        )

    def hand_in(self, work: Sequence[Work]) -> Sequence[Job]:
        """One job array, a task for each run."""
        jobs: list[Job] = self.executor.map_array(attempt, *zip(*work, strict=True))
        return jobs

    def handed_in(self, number: str) -> Job:
        """A task of an earlier command."""
        job: Job = self.job_kind(self.folder, number)
        return job

    def alive(self) -> set[str] | None:
        """The numbers of this user's tasks that wait or run; None when squeue gives no answer."""
        asked = ["squeue", "--noheader", "--array", "--user", getpass.getuser(), "--format", "%i"]
        found = subprocess.run(asked, capture_output=True, text=True, check=False)
        if found.returncode:
            say(f"squeue gives no answer ({found.stderr.strip()}); it is asked again")
            return None
        return set(found.stdout.split())

    def cancel(self, numbers: Sequence[str]) -> None:
        """End these tasks."""
        subprocess.run(["scancel", *numbers], capture_output=True, check=False)

    def forget(self, job: Job) -> None:
        """Remove the files of a task whose answer was taken."""
        for file in self.folder.glob(f"{job.job_id}_*"):
            file.unlink(missing_ok=True)

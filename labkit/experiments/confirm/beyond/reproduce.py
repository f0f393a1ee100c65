"""The runs of the variations and their files: stop and go on at any time."""

from collections.abc import Sequence
from pathlib import Path

from labkit import paths
from labkit.experiments.confirm import plan as confirm
from labkit.experiments.confirm.beyond import arms
from labkit.experiments.confirm.beyond.plan import NAME, SCALE, Plan
from labkit.experiments.confirm.beyond.table import read_runs, runs_file, table_file, write_table
from labkit.experiments.confirm.cast import cast_of, scale_of, testbed_named
from labkit.experiments.confirm.files import write_runs
from labkit.experiments.confirm.reproduce import finished_file, in_steps
from labkit.experiments.experiment import Experiment, head
from labkit.experiments.result import Result
from labkit.experiments.testbed import rows_line
from labkit.experiments.trial import Trial

TITLE = "Adversarial Distillation beside its claims, exploratory"


def experiment(
    asked: Plan,
    count: int,
    scale: str = SCALE,
    folder: Path | None = None,
    command: str = "",
) -> Experiment[Trial]:
    """The study as an experiment; finished runs lie in the file of `labkit reproduce confirm`.

    asked: as `plan.planned` gives them; count: processes, for the head of the files
    folder: None for the results of this project, or, at another scale than its own, the cache
    """
    own = paths.results(confirm.NAME) if scale == SCALE else paths.cache() / scale / confirm.NAME
    into = own if folder is None else folder
    said = command or f"labkit reproduce {NAME}"

    def write(dataset: str, runs: Sequence[Result[Trial]]) -> None:
        write_set(into, dataset, runs, said, count, scale)

    return Experiment(arms.run, finished_file(scale), asked, write, in_steps)


def write_set(
    folder: Path, dataset: str, runs: Sequence[Result[Trial]], command: str, count: int, scale: str
) -> None:
    """Write the runs of a data set, then the comparisons of all sets that are there."""
    from labkit.experiments.confirm.beyond import pictures

    testbed = testbed_named(dataset, scale)
    about = head(f"{TITLE}: {dataset}", command, count, runs, scale_of(scale))
    about |= {"data": f"{testbed.part.source}; {rows_line(testbed, own_teachers=True)}"}
    about |= {"beside the paper": cast_of(testbed).stands_for}
    write_runs(runs_file(folder, dataset), runs, about | _METHOD)
    path = table_file(folder)
    write_table(path, read_runs(folder), {"title": TITLE, "command": command, **_RULE})
    pictures.save(path, dataset)


_METHOD = {
    "method": "as in confirm, whose own runs stand here once more so that each comparison can be "
    "computed from this file; what each option changes is said in confirm_beyond.csv and in "
    "labkit/experiments/confirm/beyond/plan.py",
}
_RULE = {
    "exploratory": "these comparisons are not among the claims of data/paper/claims.toml and were "
    "chosen after others had been seen; no word here confirms anything",
    "word": "above, below: after Holm over all lines of this file; (uncorrected): the interval "
    "leaves out 0, but not after Holm; within 1 point: uncorrected too",
    "interval": "95 %, chains and texts both taken as drawn at random, not widened for the list; "
    "smallest: the difference that these runs would find four times in five, smallest_holm: the "
    "same after Holm; numbers are shares of 1",
    "discriminator": "that of the student, the teacher or the assistant of the line, means over "
    "the last pass and over chains; 0.5 right and 1.386 nats are a tie; gradient_norm is the "
    "length of the adversary's gradient at a row of logits, before its weight",
    "against": "the last line of each variation is beside its nearest arm, one step away",
}

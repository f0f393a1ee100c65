"""The finished runs of a table as lines of its file."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from labkit.experiments.result import Result
from labkit.experiments.results import write_csv
from labkit.experiments.trial import Trial

NOTES = ("discriminator_accuracy", "discriminator_loss", "gradient_norm", "collapsed")
"""What a run with an adversary tells beside its accuracy."""
COLUMNS = (
    "dataset", "arm", "option", "kd", "gan", "ce", "seed", "accuracy", "macro_f1", "validation",
    "seconds", "cpu_seconds", *NOTES,
)  # fmt: skip
NO_WEIGHTS = ("tfidf", "teacher", "assistant", "stage_one", "labels", "direct", "chained")


def cells(run: Result[Trial]) -> list[str]:
    """The values of `COLUMNS`, as text; what an arm does not have is empty.

    seconds: by the clock, of the whole run, near 0 where the training was read from disk;
    cpu_seconds: of the processor, of the training, also where it was read from disk
    """
    trial, out = run.config, run.outcome
    given = [trial.kd, trial.gan, trial.ce]
    weights = [""] * 3 if trial.arm in NO_WEIGHTS else [f"{weight:g}" for weight in given]
    checked = "" if math.isnan(run.validation) else f"{run.validation:.4f}"
    notes = [f"{out['notes'][name]:g}" if name in out["notes"] else "" for name in NOTES]
    numbers = [f"{run.accuracy:.4f}", f"{run.macro_f1:.4f}", checked]
    numbers += [f"{out['seconds']:.1f}", f"{out['cpu_seconds']:.1f}"]
    return [trial.dataset, trial.arm, trial.option, *weights, str(trial.seed), *numbers, *notes]


def write_runs(path: Path, runs: Iterable[Result[Trial]], head: Mapping[str, str]) -> None:
    """Write the runs as CSV under comment lines that say how they were made."""
    write_csv(path, head, COLUMNS, [cells(run) for run in runs])

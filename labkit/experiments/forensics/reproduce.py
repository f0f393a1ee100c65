"""The runs of the study and its file of results: stop and go on at any time."""

from collections.abc import Sequence
from pathlib import Path

from labkit import paths
from labkit.experiments.claims import write_lines
from labkit.experiments.experiment import Experiment, head, sweep_file
from labkit.experiments.forensics import arms, claims
from labkit.experiments.forensics.losses import SECOND_STAGE
from labkit.experiments.forensics.plan import CORE, LEVELS, NAME, VERSION, Plan
from labkit.experiments.result import Result
from labkit.experiments.results import write_csv
from labkit.experiments.scales import scale_named
from labkit.experiments.testbed import testbed_named
from labkit.experiments.trial import Trial

CURVE = [f"{name} {place}" for name in arms.CURVE for place in range(1, arms.FIRST_PASSES + 1)]
COLUMNS = ("dataset", "classes", "arm", "option", "seed", "accuracy", "macro_f1", "cpu_seconds")
TITLE = "Why the paper's first stage may stand at chance: one loss per arm, all training rows"


def runs_file(scale: str) -> Path:
    """Where the finished runs are kept."""
    return sweep_file(f"{NAME}-{scale}-{VERSION}")


def experiment(
    asked: Plan,
    count: int,
    scale: str = "classroom",
    folder: Path | None = None,
    command: str = "",
) -> Experiment[Trial]:
    """The study as an experiment.

    asked: as `plan.planned` gives them; count: processes, for the head of the files
    folder: None for the results of this project
    """
    into = paths.results(NAME) if folder is None else folder

    def write(name: str, runs: Sequence[Result[Trial]]) -> None:
        write_file(into, runs, command or f"labkit reproduce {NAME}", count, scale)

    return Experiment(arms.run, runs_file(scale), asked, write, in_steps)


def in_steps(trials: Sequence[Trial]) -> list[list[Trial]]:
    """Teachers, then what carries the answer, then the second stages that go on from it."""
    kinds = (LEVELS, CORE, tuple(SECOND_STAGE))
    steps = [[one for one in trials if one.arm in kind and one.option != "lab"] for kind in kinds]
    done = {one for step in steps for one in step}
    return [*steps, [one for one in trials if one not in done]]


def write_file(
    folder: Path, runs: Sequence[Result[Trial]], command: str, count: int, scale: str
) -> Path:
    """Write the file, its verdict lines and its picture."""
    from labkit.experiments.forensics import pictures

    file = folder / f"{NAME}.csv"
    classes = {one.config.dataset: testbed_named(one.config.dataset, scale).classes for one in runs}
    about = head(TITLE, command, count, runs, scale_named(scale)) | {"note": _NOTE}
    rows = [_cells(one, classes[one.config.dataset]) for one in runs]
    write_csv(file, about, (*COLUMNS, *CURVE), rows)
    lines = claims.lines(runs)
    write_lines(folder / f"{NAME}_verdicts.csv", lines, {"title": TITLE, "rule": _RULE})
    pictures.save(file)
    return file


def _cells(one: Result[Trial], classes: int) -> list[str]:
    trial, notes = one.config, one.outcome["notes"]
    numbers = [f"{one.accuracy:.4f}", f"{one.macro_f1:.4f}", f"{one.outcome['cpu_seconds']:.1f}"]
    curve = [f"{notes[name]:.4g}" if name in notes else "" for name in CURVE]
    return [trial.dataset, str(classes), trial.arm, trial.option, str(trial.seed), *numbers, *curve]


_NOTE = (
    "option plain: random word vectors, one LSTM per direction, Adam 1e-3, batches of 32, no "
    "clipping, no schedule; option lab: the lab's student and loop with the same losses. The last "
    "pass counts, whatever it is; the passes before it are reported. It shows what suffices for "
    "such numbers, not what the authors ran"
)
_RULE = (
    "each line compares two arms with the same seeds, test text by test text; the paper's number "
    "is its first stage minus our labels alone, or its second stage minus its first"
)

"""The runs of one table as a file, and its verdict lines as another beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from labkit.experiments.online.claims import Verdict, sentence, verdicts
from labkit.experiments.online.plan import OnlineRun
from labkit.experiments.result import Result
from labkit.experiments.results import rounded, write_csv

ASKED = ("dataset", "student", "arm", "seed", "latent", "weight", "beta")
COLUMNS = ("score", "nll", "ece", "off_diagonal", "nats")


def write_table(
    folder: Path, name: str, runs: Sequence[Result[OnlineRun]], about: Mapping[str, str]
) -> list[Verdict]:
    """Write the runs of a table and its verdict lines beside it; gives the lines."""
    columns = [*ASKED, *(f"{who}_{what}" for who in ("student", "teacher") for what in COLUMNS)]
    rows = [
        [*(getattr(run.config, what) for what in ASKED), *_numbers(run), run.outcome["cpu_seconds"]]
        for run in runs
    ]
    write_csv(
        folder / f"{name}.csv", {**about, **_rows_lines(runs)}, [*columns, "cpu_seconds"], rows
    )
    lines = verdicts(name, runs)
    write_verdicts(folder, name, lines)
    return lines


def write_verdicts(folder: Path, name: str, lines: Sequence[Verdict]) -> None:
    """Write the lines of a table: a sentence each in the head, its numbers below."""
    told = {"title": f"Verdicts of {name}", "rule": _RULE}
    told |= {f"line {place}": sentence(line) for place, line in enumerate(lines, start=1)}
    names = [field.name for field in fields(Verdict)]
    written = [[rounded(getattr(line, column)) for column in names] for line in lines]
    write_csv(folder / f"{name}_verdicts.csv", told, names, written)


def _rows_lines(runs: Sequence[Result[OnlineRun]]) -> dict[str, str]:
    """What all runs of a data set and a student have in common, a line each."""
    found = {}
    for one in (run.config for run in runs):
        found[f"size of {one.dataset}, {one.student}"] = (
            f"at most {one.train_rows} train rows; at most {one.test_rows} rows judge: the test "
            "split, filled up with validation and train rows that no model learns from; "
            f"{one.epochs} epochs, {one.top} upper layer(s) of the teacher learn"
        )
    found["seeds of each arm"] = _seeds(runs)
    spent = sum(run.outcome["cpu_seconds"] for run in runs)
    found["processor minutes"] = f"{spent / 60:.0f} of these runs, lone teachers shared"
    return found


def _seeds(runs: Sequence[Result[OnlineRun]]) -> str:
    seeds: dict[str, set[int]] = {}
    for run in runs:
        seeds.setdefault(f"{run.config.dataset} {run.config.arm}", set()).add(run.config.seed)
    fewest, most = (choose(len(own) for own in seeds.values()) for choose in (min, max))
    return f"{fewest} to {most}, each verdict line says its own"


def _numbers(run: Result[OnlineRun]) -> list[object]:
    found = []
    for who in ("student", "teacher"):
        own = run.outcome.get(who, {})
        found += [rounded(own.get(what)) for what in COLUMNS]
    return found


_RULE = (
    "differences are paired by seed and positive where the first arm is better (a smaller nll is "
    "better). holds: the 95 % interval lies above 0 and p after Holm is below 0.05; does not "
    "hold: the interval reaches 0 or less, and lies below the paper's difference, or below half a "
    "point (0.01 nats) where the paper prints no gain; open: these seeds decide neither. smallest: "
    "what these seeds would have shown four times in five; relevant: the smallest difference worth "
    "a sentence."
)

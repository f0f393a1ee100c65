"""From a table's name to its runs, its file and its verdicts; stop and go on at any time."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from labkit import paths
from labkit.experiments.experiment import Experiment, head, sweep_file
from labkit.experiments.online.claims import Verdict, sentence, verdicts
from labkit.experiments.online.measure import measure
from labkit.experiments.online.plan import SIZES, OnlineRun, SetSize, tables
from labkit.experiments.result import Result
from labkit.experiments.results import write_csv

NAME = "online"
TITLES = {
    "kdfd_table1": "KDFD, Table 1: beside its peers",
    "kdfd_table2": "KDFD, Table 2: the VAE beside the autoencoder, and their controls",
    "kdfd_table3": "KDFD, Table 3: beside vanilla distillation, and what explains the gain",
    "kdfd_figure5": "KDFD, Figure 5: width and lambda, and beta, which the paper does not have",
    "kdfd_bottlenecks": "Beyond KDFD: every bottleneck on the teacher, and clipping as a rival",
    "kdfd_places": "Beyond KDFD: every bottleneck on the student and on both, and tied means",
    "kdfd_offline": "Beyond KDFD: every bottleneck on the student of a frozen teacher",
}
ASKED = ("dataset", "student", "arm", "seed", "latent", "weight", "beta")
COLUMNS = ("score", "nll", "ece", "off_diagonal", "nats")


def planned(
    names: Sequence[str], seeds: int | None = None, sizes: Sequence[SetSize] = SIZES
) -> dict[str, list[OnlineRun]]:
    """The runs of each table.

    names: of `TITLES`, or "all"; seeds: of every arm, at most; None takes each set's own number
    errors: ValueError for an unknown name, or fewer than one seed
    """
    if seeds is not None and seeds < 1:
        raise ValueError(f"seeds must be at least 1, got {seeds}")
    asked = list(TITLES) if "all" in names else list(dict.fromkeys(names))
    unknown = [name for name in asked if name not in TITLES]
    if unknown:
        raise ValueError(f"no table {unknown[0]!r}; there are {', '.join(TITLES)}")
    every = tables(sizes)
    return {
        name: [run for run in every[name] if seeds is None or run.seed < seeds] for name in asked
    }


def experiment(
    asked: Mapping[str, Sequence[OnlineRun]],
    count: int,
    folder: Path | None = None,
    command: str = "",
) -> Experiment[OnlineRun]:
    """The tables as an experiment; all of them share one file of finished runs.

    asked: as `planned` gives them; count: processes, for the head of the files
    folder: None for the results of this project
    """
    into = paths.results(NAME) if folder is None else folder

    def write(name: str, runs: Sequence[Result[OnlineRun]]) -> None:
        about = head(TITLES[name], command or f"labkit reproduce {name}", count, runs)
        write_table(into, name, runs, about)

    return Experiment(measure, sweep_file(NAME), asked, write)


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
    told = {"title": f"Verdicts of {name}", "rule": _RULE}
    told |= {f"line {place}": sentence(line) for place, line in enumerate(lines, start=1)}
    names = [field.name for field in fields(Verdict)]
    written = [[_rounded(getattr(line, column)) for column in names] for line in lines]
    write_csv(folder / f"{name}_verdicts.csv", told, names, written)
    return lines


def _rows_lines(runs: Sequence[Result[OnlineRun]]) -> dict[str, str]:
    """What all runs of a data set and a student have in common, a line each."""
    found = {}
    for one in (run.config for run in runs):
        found[f"size of {one.dataset}, {one.student}"] = (
            f"at most {one.train_rows} train and {one.test_rows} test rows, {one.epochs} epochs, "
            f"{one.top} upper layers of the teacher learn"
        )
    return found


def _numbers(run: Result[OnlineRun]) -> list[object]:
    found = []
    for who in ("student", "teacher"):
        own = run.outcome.get(who, {})
        found += [_rounded(own.get(what)) for what in COLUMNS]
    return found


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return "" if value != value else round(value, 5)
    return "" if value is None else value


_RULE = (
    "differences are paired by seed and positive where the first arm is better; reproduced: the "
    "95 % interval lies above 0; not reproduced: it does not, and the paper's difference (0 where "
    "it prints none) lies outside it; cannot be told: it holds both, or there are fewer than 3 "
    "seeds. smallest: what these seeds would have shown four times in five."
)

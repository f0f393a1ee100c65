"""From a table's name to its runs, its file and its verdicts; stop and go on at any time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from labkit import paths
from labkit.experiments.experiment import Experiment, head, sweep_file
from labkit.experiments.online import levels, pictures
from labkit.experiments.online.facts import (
    cost,
    gradients,
    heads,
    matrices,
    nats,
    printed_gaps,
    scatter,
    widths,
)
from labkit.experiments.online.material import rows_mark
from labkit.experiments.online.measure import measure
from labkit.experiments.online.plan import OnlineRun, sizes_of, tables
from labkit.experiments.online.runs_table import write_table
from labkit.experiments.result import Result
from labkit.experiments.run_file import RunFile
from labkit.experiments.sweep import key_of

NAME = "online"
ALL = "kdfd"
Plan = dict[str, list[OnlineRun]]
TITLES = {
    gradients.NAME: "KDFD, Figure 2 measured: which loss moves which part",
    matrices.NAME: "KDFD, Figure 3: sixteen dimensions of the features, in every space",
    scatter.NAME: "KDFD, Figure 4: t-SNE, beside numbers that no projection bends",
    nats.NAME: "A linear VAE is probabilistic PCA: nats predicted and trained",
    widths.NAME: "Width, lambda and beta of a VAE on features that stay",
    heads.NAME: "KDFD, appendix: mean and variance, by theorem and learned",
    cost.NAME: "KDFD, cost: online beside offline, students beside the teacher",
    printed_gaps.NAME: "KDFD, Tables 1 to 3 subtracted",
    levels.NAME: "Teachers of every set beside one answer for all: where anything can be decided",
    "kdfd_table1": "KDFD, Table 1: beside its peers",
    "kdfd_table2": "KDFD, Table 2: the VAE beside the autoencoder, and their controls",
    "kdfd_table3": "KDFD, Table 3: beside vanilla distillation, and what explains the gain",
    "kdfd_figure5": "KDFD, Figure 5: width and lambda, and beta, which the paper does not have",
    "kdfd_bottlenecks": "Beyond KDFD: every bottleneck on the teacher, and clipping as a rival",
    "kdfd_places": "Beyond KDFD: every bottleneck on the student and on both, and tied means",
    "kdfd_offline": "Beyond KDFD: every bottleneck on the student of a frozen teacher",
}
FACTS: Mapping[str, Callable[[Path, Mapping[str, str], str], None]] = {
    fact.NAME: fact.make
    for fact in (gradients, matrices, scatter, nats, widths, heads, cost, printed_gaps)
}
"""Name of a file that asks for no runs -> what makes it."""


def planned(
    names: Sequence[str],
    seeds: int | None = None,
    datasets: Sequence[str] = (),
    scale: str = "classroom",
) -> Plan:
    """The runs of each table, on the rows that are here now.

    names:    of `TITLES`, or "kdfd" for all of them
    seeds:    of every arm, at most; None takes each set's own number
    datasets: only these; none given takes all
    errors:   ValueError for an unknown name, data set or scale, or fewer than one seed
    """
    if seeds is not None and seeds < 1:
        raise ValueError(f"seeds must be at least 1, got {seeds}")
    asked = list(TITLES) if ALL in names else list(dict.fromkeys(names))
    unknown = [name for name in asked if name not in TITLES]
    if unknown:
        raise ValueError(f"no table {unknown[0]!r} of KDFD; there are {ALL}, {', '.join(TITLES)}")
    every = tables(sizes_of(scale, datasets))
    return {
        name: [_on_rows(run) for run in every.get(name, []) if seeds is None or run.seed < seeds]
        for name in asked
    }


def finished(asked: Plan) -> Plan:
    """Those of the runs that are in the file already: what can be written without any new one."""
    done = RunFile(sweep_file(NAME)).outcomes()
    return {name: [run for run in runs if key_of(run) in done] for name, runs in asked.items()}


def _on_rows(run: OnlineRun) -> OnlineRun:
    return replace(run, rows=rows_mark(run.dataset, run.train_rows, run.test_rows))


def experiment(
    asked: Plan,
    count: int,
    scale: str = "classroom",
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
        if name in FACTS:
            FACTS[name](into, {what: about[what] for what in about if what != "seeds"}, scale)
        elif runs and name == levels.NAME:
            levels.write_levels(into, runs, about)
        elif runs:
            write_table(into, name, runs, about)
            pictures.save(into, name)

    return Experiment(measure, sweep_file(NAME), asked, write)


def said(result: Result[OnlineRun]) -> str:
    """A new run in one line."""
    run, teacher = result.config, result.outcome.get("teacher", {})
    above = f"  teacher {teacher['score']:.3f}" if teacher else ""
    return (
        f"{run.dataset:9} {run.student:10} {run.arm:28} seed {run.seed}  "
        f"student {result.outcome['student']['score']:.3f}{above}  "
        f"{result.outcome['seconds']:6.1f} s"
    )

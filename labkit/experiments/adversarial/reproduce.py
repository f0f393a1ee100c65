"""From a table's name to its file, its picture and its verdicts; stop and go on at any time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from labkit import paths
from labkit.experiments.adversarial.arms_without_adversary import MADE_FIRST, run_trial
from labkit.experiments.adversarial.caveats import caveats
from labkit.experiments.adversarial.claims import lines_of
from labkit.experiments.adversarial.plan import TABLES, plan, table_named
from labkit.experiments.adversarial.runs_table import write_runs
from labkit.experiments.adversarial.sizes_and_counts import FACTS
from labkit.experiments.claims import Line, write_lines
from labkit.experiments.experiment import Experiment, head, sweep_file
from labkit.experiments.result import Result
from labkit.experiments.scales import scale_named
from labkit.experiments.testbed import rows_line, testbed_named
from labkit.experiments.trial import Trial

Plan = dict[str, list[Trial]]


def planned(
    names: Sequence[str],
    seeds: int | None = None,
    datasets: Sequence[str] = (),
    scale: str = "classroom",
) -> Plan:
    """The runs of each table, on the rows that are here now.

    names:    of `plan.TABLES`, or "all"
    seeds:    of every arm; None takes each table's own number
    datasets: only these; none given takes all
    errors:   ValueError for an unknown name, or data sets that none of the tables uses
    """
    asked = list(TABLES) if "all" in names else list(dict.fromkeys(names))
    scale_named(scale)
    found = {table_named(name).name: plan(name, seeds, datasets) for name in asked}
    if datasets and not any(found.values()):
        raise ValueError(f"none of {', '.join(asked)} uses {', '.join(datasets)}")
    rows = {
        dataset: testbed_named(dataset, scale).folder.name
        for dataset in dict.fromkeys(one.dataset for trials in found.values() for one in trials)
    }
    return {
        name: [replace(one, scale=scale, rows=rows[one.dataset]) for one in trials]
        for name, trials in found.items()
    }


def experiment(
    asked: Plan,
    count: int,
    scale: str = "classroom",
    folder: Path | None = None,
    command: str = "",
) -> Experiment[Trial]:
    """The tables as an experiment; all tables of a scale share the file of finished runs.

    asked: as `planned` gives them; count: processes, for the head of the files
    folder: None for the results of this project
    """
    into = paths.results("adversarial") if folder is None else folder

    def write(name: str, runs: Sequence[Result[Trial]]) -> None:
        if name in FACTS or runs:
            made_by = command or f"labkit reproduce {name}"
            about = head(TABLES[name].title, made_by, count, runs, scale_named(scale))
            write_table(name, runs, about, into, scale)

    return Experiment(run_trial, sweep_file(scale), asked, write, in_steps)


def in_steps(trials: Sequence[Trial]) -> list[list[Trial]]:
    """The trials in the order in which they need each other, each step by data set.

    What others start from comes first: teachers, then assistants, then students of stage 1.
    """
    levels = [arm for arms in MADE_FIRST for arm in arms]
    order = [*dict.fromkeys(one.dataset for one in trials)]
    steps = [[one for one in trials if one.arm == arm] for arm in levels]
    steps.append([one for one in trials if one.arm not in levels])
    return [sorted(step, key=lambda one: order.index(one.dataset)) for step in steps if step]


def write_table(
    name: str, runs: Sequence[Result[Trial]], about: Mapping[str, str], folder: Path, scale: str
) -> list[Line]:
    """Write file and picture of a table from its finished runs; gives its verdict lines."""
    if name in FACTS:
        claims = FACTS[name](folder / f"{name}.csv", about, scale_named(scale))
    else:
        from labkit.experiments.adversarial import pictures

        lines = {**about, **_data_lines(runs), **caveats_of(runs)}
        write_runs(folder / f"{name}.csv", runs, lines)
        pictures.save(name, runs, folder / f"{name}.png")
        claims = lines_of(name, runs)
    write_lines(folder / "verdicts.csv", claims, VERDICTS, order=list(TABLES))
    return claims


def _data_lines(runs: Sequence[Result[Trial]]) -> dict[str, str]:
    found = {}
    for dataset, scale in dict.fromkeys((run.config.dataset, run.config.scale) for run in runs):
        testbed = testbed_named(dataset, scale)
        found[f"data {dataset}"] = f"{testbed.part.source}; {rows_line(testbed)}"
    return found


def caveats_of(runs: Sequence[Result[Trial]]) -> dict[str, str]:
    """What a reader would not expect of these runs, as lines for the head of a file."""
    if not runs:
        return {}
    sets = dict.fromkeys((run.config.dataset, run.config.scale) for run in runs)
    two = [dataset for dataset, scale in sets if testbed_named(dataset, scale).classes == 2]
    arms = {run.config.arm: False for run in runs}
    arms |= {run.config.arm: True for run in runs if run.config.gan > 0}
    return caveats(arms, two, scale_named(runs[0].config.scale))


_RULE = (
    "reproduced: the 95 % interval of our difference lies above 0 in the claimed direction; "
    "not reproduced: it does not, and the paper's difference lies outside it; cannot be told: "
    "it holds both, or there are fewer than 3 seeds. Where the paper has no number it is empty "
    "or 0. Intervals are not widened for the number of lines."
)
_PAPER = (
    "the paper's numbers are in data/paper/adversarial; accuracies and differences are shares of 1"
)
VERDICTS = {
    "rule": _RULE,
    "source": _PAPER,
    "method": "the head of each table says what in the method is the lab's own: stage 2 without an "
    "assistant, which adversary plays, how long the teacher is guided, the soft loss at two "
    "classes",
}
"""The lines above the file of verdicts."""

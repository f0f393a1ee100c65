"""The runs of the study and its files of results: stop and go on at any time."""

from collections.abc import Sequence
from pathlib import Path

from labkit import paths
from labkit.experiments.confirm import arms
from labkit.experiments.confirm.cast import cast_of, scale_of, testbed_named
from labkit.experiments.confirm.claim_list import claims
from labkit.experiments.confirm.files import (
    claims_file,
    read_answers,
    runs_file,
    write_claims,
    write_runs,
)
from labkit.experiments.confirm.plan import NAME, SCALE, VERSION, Plan
from labkit.experiments.confirm.verdicts import judged
from labkit.experiments.experiment import Experiment, head, sweep_file
from labkit.experiments.result import Result
from labkit.experiments.run_file import RunFile
from labkit.experiments.sweep import key_of
from labkit.experiments.testbed import rows_line
from labkit.experiments.trial import Trial

TITLE = "Adversarial Distillation to the letter, all training rows"


def finished_file(scale: str = SCALE) -> Path:
    """Where the finished runs are kept."""
    return sweep_file(f"{NAME}-{scale}-{VERSION}")


def finished(asked: Plan, scale: str = SCALE) -> Plan:
    """Those of the runs that are done already: what can be written without any new one."""
    done = RunFile(finished_file(scale)).outcomes()
    kept = {name: [one for one in runs if key_of(one) in done] for name, runs in asked.items()}
    return {name: runs for name, runs in kept.items() if runs}


def experiment(
    asked: Plan,
    count: int,
    scale: str = SCALE,
    folder: Path | None = None,
    command: str = "",
) -> Experiment[Trial]:
    """The study as an experiment.

    asked: as `plan.planned` gives them; count: processes, for the head of the files
    folder: None for the results of this project, or, at another scale than its own, the cache
    """
    own = paths.results(NAME) if scale == SCALE else paths.cache() / scale / NAME
    into = own if folder is None else folder
    said = command or f"labkit reproduce {NAME}"

    def write(dataset: str, runs: Sequence[Result[Trial]]) -> None:
        write_set(into, dataset, runs, said, count, scale)

    return Experiment(arms.run, finished_file(scale), asked, write, in_steps)


def in_steps(trials: Sequence[Trial]) -> list[list[Trial]]:
    """One data set after the other, each chain in the order in which its models need each other.

    On several processes a model that two of them want is made by one, and the other waits.
    """
    return [
        [one for one in trials if one.dataset == name]
        for name in dict.fromkeys(one.dataset for one in trials)
    ]


def write_set(
    folder: Path, dataset: str, runs: Sequence[Result[Trial]], command: str, count: int, scale: str
) -> None:
    """Write the runs of a data set, then verdicts and picture of all sets that are there."""
    from labkit.experiments.confirm import pictures

    testbed = testbed_named(dataset, scale)
    about = head(f"{TITLE}: {dataset}", command, count, runs, scale_of(scale))
    about |= {"data": f"{testbed.part.source}; {rows_line(testbed, own_teachers=True)}"}
    beside = {"beside the paper": f"{cast_of(testbed).stands_for}; {_BESIDE}"}
    write_runs(runs_file(folder, dataset), runs, about | _METHOD | beside)
    lines = judged(claims(), read_answers(folder))
    of_all_sets = f"labkit reproduce {NAME}" + ("" if scale == SCALE else f" --scale {scale}")
    write_claims(claims_file(folder), lines, {"title": TITLE, "command": of_all_sets, **_RULE})
    pictures.save(claims_file(folder))


_METHOD = {
    "method": "the last step counts, nothing is chosen on validation; a chain is one draw of "
    "teacher, assistant, guided teacher and guided assistant, and seeds beyond the chains take one "
    "again; soft loss: z-score KL at temperature 2 on every set, a row that spreads less than 0.01 "
    "divided by 0.01; students in float32; arms are explained in "
    "labkit/experiments/confirm/arms.py",
}
_BESIDE = "no generator plays; the guided teacher is told apart from the student of stage 1"
_RULE = {
    "claims": "data/paper/claims.toml, written before the runs; numbers are shares of 1",
    "direction": "yes: above 0 after Holm; no: below 0 after Holm, or after Holm within plus and "
    "minus `matters`; open: neither",
    "size": "the printed difference beside ours on the same sets, its own sampling error counted",
    "interval": "95 %, chains and texts both taken as drawn at random, not widened for the list; "
    "holm, equivalence and size_holm are p values over the whole list; smallest: the difference "
    "that these runs would find four times in five",
}

"""From the settings of GAD on the word task to their two files of results, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labkit import paths
from labkit.experiments.experiment import Experiment, head, sweep_file
from labkit.experiments.llm.plan import NAME, TEMPERATURES
from labkit.experiments.llm.reproduce import MEASURES
from labkit.experiments.llm.words_sweep import (
    CONTROLS,
    SHOWN,
    SWEEP_TABLE,
    SettingRun,
    measure_setting,
)
from labkit.experiments.result import Result
from labkit.experiments.results import read_rows, write_csv

CURVES = f"{SWEEP_TABLE}_curves"
TITLE = "Settings of GAD on the validation words of the word task, at four temperatures"
ASKED = ("arm", "score", "frozen", "kl", "group", "seed")
CURVE = ("step", "reward", "told_apart", "right", "length")
RULE = (
    "for looking at, not for verdicts: few seeds, validation words, settings not chosen "
    f"beforehand; said: the first {SHOWN} words with one answer each, ? for an answer without end"
)
CURVE_RULE = (
    "right and length: validation words at temperature 1 after that step; reward and told_apart "
    "(how often the teacher's answer scores higher): means over the batches since the line before"
)


@dataclass(frozen=True)
class Setting:
    """What a control, or GAD with these settings, was."""

    arm: str
    score: str = ""
    """"" for a control, as are the others below."""
    frozen: str = ""
    """"yes" or "no"."""
    kl: str = ""
    group: str = ""

    @property
    def is_control(self) -> bool:
        """Whether this is no GAD."""
        return self.arm in CONTROLS


@dataclass(frozen=True)
class Shipped:
    """Finished runs, by setting."""

    answers: Mapping[tuple[Setting, str], Sequence[Mapping[str, str]]]
    """(setting, temperature) -> a row for each seed."""
    curves: Mapping[Setting, Mapping[str, Sequence[Mapping[str, float]]]]
    """Setting -> seed -> its looks, in order."""


def experiment(
    runs: Sequence[SettingRun], count: int, folder: Path | None = None, command: str = ""
) -> Experiment[SettingRun]:
    """The settings as an experiment; count: processes; folder: None for this project's results."""
    into = paths.results(NAME) if folder is None else folder

    def write(name: str, done: Sequence[Result[SettingRun]]) -> None:
        told = head(TITLE, command or f"labkit reproduce {name}", count, done)
        write_tables(into, done, told)

    return Experiment(measure_setting, sweep_file(NAME), {SWEEP_TABLE: list(runs)}, write)


def write_tables(
    folder: Path, runs: Sequence[Result[SettingRun]], about: Mapping[str, str]
) -> None:
    """A line for each setting, seed and temperature, and one for each look of a run."""
    rows, looks = [], []
    for run in runs:
        asked = _asked(run.config)
        for heat in map(str, TEMPERATURES):
            own = run.outcome["answers"][heat]
            said = " ".join(run.outcome["said"][heat])
            seconds = round(run.outcome["cpu_seconds"], 2)
            rows.append([*asked, heat, *(_short(own[name]) for name in MEASURES), seconds, said])
        looks += [[*asked, *(_short(one[name]) for name in CURVE)] for one in run.outcome["curve"]]
    columns = [*ASKED, "temperature", *MEASURES, "cpu_seconds", "said"]
    words = sorted({int(run.outcome["words"]) for run in runs})
    told = {**about, "held-out words": ", ".join(map(str, words))}
    write_csv(folder / f"{SWEEP_TABLE}.csv", {**told, "rule": RULE}, columns, rows)
    write_csv(folder / f"{CURVES}.csv", {**told, "rule": CURVE_RULE}, [*ASKED, *CURVE], looks)


def shipped(folder: Path | None = None) -> Shipped:
    """The finished runs of both files; without them, nothing.

    folder: None for the results of this project
    errors: ValueError for a file that is damaged
    """
    into = paths.results(NAME) if folder is None else folder
    answers: dict[tuple[Setting, str], list[Mapping[str, str]]] = {}
    for row in _rows(into / f"{SWEEP_TABLE}.csv"):
        answers.setdefault((_setting(row), row["temperature"]), []).append(row)
    curves: dict[Setting, dict[str, list[Mapping[str, float]]]] = {}
    for row in _rows(into / f"{CURVES}.csv"):
        look = {name: float(row[name]) for name in CURVE}
        curves.setdefault(_setting(row), {}).setdefault(row["seed"], []).append(look)
    return Shipped(answers, curves)


def _rows(file: Path) -> list[dict[str, str]]:
    return read_rows(file) if file.exists() else []


def _setting(row: Mapping[str, str]) -> Setting:
    return Setting(*(row[name] for name in ASKED if name != "seed"))


def _asked(run: SettingRun) -> list[object]:
    if run.arm in CONTROLS:
        return [run.arm, "", "", "", "", run.seed]
    frozen = "yes" if run.frozen else "no"
    return [run.arm, run.score, frozen, f"{run.kl:g}", run.group, run.seed]


def _short(value: float) -> object:
    return "" if value != value else round(value, 4)

"""From the plan of the arms to their step sizes, their table, their verdicts and their picture."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from labkit import paths
from labkit.experiments.experiment import Experiment, head, sweep_file
from labkit.experiments.llm.text_reproduce import CHOICE
from labkit.experiments.llm_prompt_arms.arms import measure
from labkit.experiments.llm_prompt_arms.claims import Line, sentence, verdicts
from labkit.experiments.llm_prompt_arms.measures import MEASURES
from labkit.experiments.llm_prompt_arms.picture import save
from labkit.experiments.llm_prompt_arms.plan import (
    ARMS,
    CHOICE_TABLE,
    HEATS,
    SCALES,
    TABLE,
    ArmRun,
)
from labkit.experiments.result import Result
from labkit.experiments.results import rounded, write_csv
from labkit.experiments.run_file import RunFile
from labkit.experiments.sweep import key_of

Runs = Sequence[Result[ArmRun]]
TITLE = "SmolLM2-135M without its style prompt: SeqKD, the KLs, on-policy, GAKD and GAD"
ONCE = ("text_nats", "cpu_seconds", "cpu_seconds_before")
FAIRNESS = (
    "all arms of a seed start from the same SeqKD and then take equally many steps of equally many "
    "questions, which is not equal time: see the seconds. GAD takes fewer steps of its own, with "
    "a group of answers to each of fewer questions, and costs more than any other arm"
)
SIZES = (
    "at the scale classroom they were fitted to the time at hand: steps were cut from 14 to 8 and "
    "held-out questions from 40 to 32, some of it after runs on validation questions, all of it "
    "before any run on test questions. Every arm chose the larger of two step sizes by its KL, so "
    "a larger one was not tried, and a choice by the style might take the smaller one"
)
RULE = (
    "gains are paired by seed, above 0 where the first arm is better; reproduced: the 95 % "
    "interval lies above 0 and p after Holm, over the lines that could be tested, is below 0.05; "
    "not reproduced: it lies below 0, with the same p; cannot be told: neither, or fewer than 3 "
    "seeds. smallest: the true gain that so many seeds of this spread show four times in five. "
    "same distinct-2: the second arm at the temperature, between those tried, at which its text "
    "varies as the first arm's at 1. All seeds share their questions, so an interval says nothing "
    "about other ones"
)


def choice(
    runs: Sequence[ArmRun], folder: Path | None = None, command: str = ""
) -> Experiment[ArmRun]:
    """The runs on validation questions; folder: None for the results of this project."""
    into = paths.results("llm") if folder is None else folder

    def write(name: str, done: Runs) -> None:
        about = head(f"{TITLE}: step sizes", command or f"labkit reproduce {TABLE}", 1, done)
        _write_runs(into / f"{name}.csv", done, {**about, "rule": CHOICE})

    return Experiment(measure, sweep_file(TABLE), {CHOICE_TABLE: list(runs)}, write)


def best_rates(done: Runs) -> dict[str, float]:
    """Arm -> the step size by the rule `CHOICE`."""
    found: dict[str, tuple[float, float]] = {}
    for run in done:
        own = run.outcome[str(HEATS[0])]
        pair = (float(own["forward_kl"]) + float(own["reverse_kl"]), run.config.rate)
        found[run.config.arm] = min(found.get(run.config.arm, pair), pair)
    return {arm: rate for arm, (_, rate) in found.items()}


def experiment(
    runs: Sequence[ArmRun], folder: Path | None = None, command: str = ""
) -> Experiment[ArmRun]:
    """The runs on test questions; folder: None for the results of this project."""
    into = paths.results("llm") if folder is None else folder

    def write(name: str, done: Runs) -> None:
        write_table(into, done, head(TITLE, command or f"labkit reproduce {name}", 1, done))

    return Experiment(measure, sweep_file(TABLE), {TABLE: list(runs)}, write)


def finished(runs: Sequence[ArmRun]) -> list[ArmRun]:
    """Those of the runs that are done, in their order."""
    done = RunFile(sweep_file(TABLE)).outcomes()
    return [run for run in runs if key_of(run) in done]


def write_table(folder: Path, runs: Runs, about: Mapping[str, str]) -> list[Line]:
    """Write a line for each arm, seed and temperature, the verdicts and the picture."""
    file = folder / f"{TABLE}.csv"
    about = {**about, "fairness": FAIRNESS, "how the sizes were chosen": SIZES}
    _write_runs(file, runs, {**about, "seeds by arm": seeds_by_arm(runs)})
    lines = verdicts(runs)
    above = {"title": f"Verdicts of {TABLE}", "rule": RULE}
    above |= {f"line {place}": sentence(line) for place, line in enumerate(lines, 1)}
    rows = [line.cells() for line in lines]
    write_csv(folder / f"{TABLE}_verdicts.csv", above, Line.columns(), rows)
    save(file)
    return lines


def seeds_by_arm(runs: Runs) -> str:
    """How many runs each arm has, in words: the dear ones have fewer, or none."""
    counts = Counter(one.config.arm for one in runs)
    return ", ".join(f"{arm} {counts[arm]}" for arm in ARMS)


def _write_runs(file: Path, runs: Runs, about: Mapping[str, str]) -> None:
    rows = [
        [one.config.arm, one.config.seed, one.config.rate, heat]
        + [rounded(one.outcome[str(heat)][name]) for name in MEASURES]
        + [rounded(one.outcome[name]) for name in ONCE]
        for one in runs
        for heat in HEATS
        if str(heat) in one.outcome
    ]
    scales = "; ".join(f"{name}: {SCALES[name]}" for name in sorted({r.config.scale for r in runs}))
    told = {
        **about,
        "sizes": scales,
        "units": "KLs and text_nats in nats per token, length in tokens, the rest shares",
        "temperature": "at which the student writes, and is compared with the teacher at 1",
        "digits": "layers that do not learn compute in bfloat16 where the processor is fast at it",
        "seconds": "of the processor: of the arm itself, and of the start before it",
    }
    columns = ["arm", "seed", "rate", "temperature", *MEASURES, *ONCE]
    write_csv(file, told, columns, rows)

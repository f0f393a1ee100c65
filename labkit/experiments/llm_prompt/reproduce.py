"""From the plan of the prompt distillation to its table, its verdicts and its picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from labkit import paths
from labkit.evaluation.verdict import FEWEST_SEEDS, holm, paired_seeds
from labkit.experiments.claims import UNKNOWN, word_for
from labkit.experiments.experiment import Experiment, head, sweep_file
from labkit.experiments.llm_prompt.measure import PARTS, measure
from labkit.experiments.llm_prompt.picture import save
from labkit.experiments.llm_prompt.plan import SCALES, TABLE, PromptRun
from labkit.experiments.result import Result
from labkit.experiments.results import write_csv

Runs = Sequence[Result[PromptRun]]
TITLE = "Prompt distillation of SmolLM2-135M: a style prompt moves into the last three layers"
STYLE = ("lower", "marked", "whole", "words", "ended", "distinct", "answers")
NATS = ("answer_nats", "text_nats")
RULE = (
    "differences are paired by seed, against the one untrained model or teacher; holds: the 95 % "
    "interval over seeds lies on the side that is said and p after Holm is below 0.05; does not "
    "hold: it lies on the other side; open: neither, or fewer than 3 seeds. An interval over seeds "
    "says nothing about other questions"
)
LEVEL = 0.05
WORDS = {"reproduced": "holds", "not reproduced": "does not hold"}


@dataclass(frozen=True)
class Claim:
    """SeqKD against another arm in one measure."""

    said: str
    other: str
    part: str
    """One of `PARTS`, or "" for what is measured once."""
    measure: str


@dataclass(frozen=True)
class Verdict:
    """What became of a claim; the difference is SeqKD minus the other arm."""

    said: str
    other: str
    part: str
    measure: str
    difference: float
    low: float
    high: float
    p: float
    holm: float
    seeds: int
    word: str


CLAIMS = (
    Claim("the style comes without its prompt", "untrained", "held_out", "whole"),
    Claim("and on questions of another kind", "untrained", "others", "whole"),
    Claim("the student keeps the rule more often than its teacher", "teacher", "held_out", "whole"),
    Claim("plain text becomes more surprising", "untrained", "", "text_nats"),
)


def experiment(
    runs: Sequence[PromptRun], folder: Path | None = None, command: str = ""
) -> Experiment[PromptRun]:
    """The runs as an experiment; folder: None for the results of this project."""
    into = paths.results("llm") if folder is None else folder

    def write(name: str, done: Runs) -> None:
        write_table(into, done, head(TITLE, command or f"labkit reproduce {name}", 1, done))

    return Experiment(measure, sweep_file(TABLE), {TABLE: list(runs)}, write)


def write_table(folder: Path, runs: Runs, about: Mapping[str, str]) -> list[Verdict]:
    """Write a line for each arm, seed and kind of question, the verdicts and the picture."""
    rows = [
        [one.config.arm, one.config.seed, part, *(_number(one.outcome[part][m]) for m in STYLE)]
        + [_number(one.outcome.get(name, float("nan"))) for name in (*NATS, "cpu_seconds")]
        for one in runs
        for part in PARTS
    ]
    scales = "; ".join(f"{name}: {SCALES[name]}" for name in sorted({r.config.scale for r in runs}))
    told = {**about, "sizes": scales, "answers": "the likeliest ones (temperature 0)"}
    columns = ["arm", "seed", "questions", *STYLE, *NATS, "cpu_seconds"]
    write_csv(folder / f"{TABLE}.csv", told, columns, rows)
    lines = verdicts(runs)
    above = {"title": f"Verdicts of {TABLE}", "rule": RULE}
    names = [field.name for field in fields(Verdict)]
    written = [[_number(getattr(line, name)) for name in names] for line in lines]
    write_csv(folder / f"{TABLE}_verdicts.csv", above, names, written)
    save(folder / f"{TABLE}.png", runs)
    return lines


def verdicts(runs: Runs) -> list[Verdict]:
    """A line for each claim that can be looked at, with the word that it earned."""
    found = []
    for claim in CLAIMS:
        ours = [_value(one.outcome, claim) for one in runs if one.config.arm == "seqkd"]
        theirs = [_value(one.outcome, claim) for one in runs if one.config.arm == claim.other]
        if ours and theirs and theirs[0] == theirs[0]:
            found.append((claim, len(ours), paired_seeds(ours, theirs * len(ours))))
    known = [one.p for _, _, one in found]
    adjusted = holm(known) if all(p == p for p in known) else [float("nan")] * len(known)
    lines = []
    for (claim, seeds, one), p in zip(found, adjusted, strict=True):
        enough = seeds >= FEWEST_SEEDS
        low, high = (one.low, one.high) if enough else (float("nan"), float("nan"))
        word = word_for(low, high, 0.0) if p < LEVEL else UNKNOWN
        lines.append(
            Verdict(
                claim.said,
                claim.other,
                claim.part,
                claim.measure,
                one.difference,
                low,
                high,
                one.p,
                p,
                seeds,
                WORDS.get(word, "open"),
            )
        )
    return lines


def _value(outcome: Mapping[str, Any], claim: Claim) -> float:
    held = outcome[claim.part] if claim.part else outcome
    return float(held[claim.measure])


def _number(value: object) -> object:
    if isinstance(value, float):
        return "" if value != value else round(value, 5)
    return value

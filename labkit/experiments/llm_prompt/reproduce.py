"""From the plan of the prompt distillation to its table, its verdicts and its picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from labkit import paths
from labkit.experiments import seed_verdicts
from labkit.experiments.experiment import Experiment, head, sweep_file
from labkit.experiments.llm_prompt.measure import PARTS, measure
from labkit.experiments.llm_prompt.picture import save
from labkit.experiments.llm_prompt.plan import SCALES, TABLE, PromptRun
from labkit.experiments.result import Result
from labkit.experiments.results import rounded, write_csv
from labkit.experiments.seed_verdicts import Verdict, write_verdicts

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
WORDS = {"reproduced": "holds", "not reproduced": "does not hold"}


@dataclass(frozen=True)
class Claim:
    """SeqKD against another arm in one measure."""

    said: str
    other: str
    part: str
    """One of `PARTS`, or "" for what is measured once."""
    measure: str


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


def write_table(folder: Path, runs: Runs, about: Mapping[str, str]) -> list[Verdict[Claim]]:
    """Write a line for each arm, seed and kind of question, the verdicts and the picture."""
    rows = [
        [one.config.arm, one.config.seed, part, *(rounded(one.outcome[part][m]) for m in STYLE)]
        + [rounded(one.outcome.get(name, float("nan"))) for name in (*NATS, "cpu_seconds")]
        for one in runs
        for part in PARTS
    ]
    scales = "; ".join(f"{name}: {SCALES[name]}" for name in sorted({r.config.scale for r in runs}))
    told = {**about, "sizes": scales, "answers": "the likeliest ones (temperature 0)"}
    columns = ["arm", "seed", "questions", *STYLE, *NATS, "cpu_seconds"]
    write_csv(folder / f"{TABLE}.csv", told, columns, rows)
    lines = verdicts(runs)
    above = {"title": f"Verdicts of {TABLE}", "rule": RULE}
    write_verdicts(folder / f"{TABLE}_verdicts.csv", above, Claim, lines)
    save(folder / f"{TABLE}.csv")
    return lines


def verdicts(runs: Runs) -> list[Verdict[Claim]]:
    """A line for each claim that can be looked at, SeqKD minus the other arm, with its word."""
    found = []
    for claim in CLAIMS:
        ours = [_value(one.outcome, claim) for one in runs if one.config.arm == "seqkd"]
        theirs = [_value(one.outcome, claim) for one in runs if one.config.arm == claim.other]
        if ours and theirs and theirs[0] == theirs[0]:
            found.append((claim, ours, theirs * len(ours)))
    lines = seed_verdicts.verdicts(found)
    return [replace(line, word=WORDS.get(line.word, "open")) for line in lines]


def _value(outcome: Mapping[str, Any], claim: Claim) -> float:
    held = outcome[claim.part] if claim.part else outcome
    return float(held[claim.measure])

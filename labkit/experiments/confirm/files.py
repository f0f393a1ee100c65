"""The study's files: every run with its answers text by text, and a line per claim."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labkit.experiments.confirm import cast
from labkit.experiments.confirm.estimates import Answers, Estimate
from labkit.experiments.confirm.plan import NAME, SETS, chain_of
from labkit.experiments.confirm.verdicts import Judged
from labkit.experiments.result import Result, unpack
from labkit.experiments.results import read_rows, write_csv
from labkit.experiments.trial import Trial

HEALTH = ("discriminator_accuracy", "discriminator_loss", "gradient_norm")
RUN_COLUMNS = (
    "dataset", "arm", "option", "kd", "gan", "seed", "chain", "accuracy", "macro_f1",
    "cpu_seconds", *HEALTH, "tests", "correct",
)  # fmt: skip
CLAIM_COLUMNS = (
    "claim", "dataset", "sentence", "place", "direction", "size", "ours", "low", "high", "holm",
    "equivalence", "matters", "smallest", "printed", "beside_printed", "size_holm", "first_level",
    "second_level", "chains", "texts", "basis",
)  # fmt: skip


def runs_file(folder: Path, dataset: str) -> Path:
    """The file of the runs of a data set."""
    return folder / f"{NAME}_{dataset}.csv"


def claims_file(folder: Path) -> Path:
    """The file of the verdicts."""
    return folder / f"{NAME}_verdicts.csv"


def write_runs(path: Path, runs: Sequence[Result[Trial]], head: Mapping[str, str]) -> None:
    """Write the runs of one data set; correct: right or wrong of each text, packed."""
    write_csv(path, head, RUN_COLUMNS, [_run_cells(run) for run in runs])


def read_answers(folder: Path) -> dict[str, Answers]:
    """Data set -> arm with its option -> seed -> right or wrong, of all files in the folder."""
    files = {name: runs_file(folder, name) for name in (*SETS, cast.WHOLE)}
    return {name: answers_in(read_rows(file)) for name, file in files.items() if file.exists()}


def write_claims(path: Path, lines: Sequence[Judged], head: Mapping[str, str]) -> None:
    """Write the verdicts: a line per claim, then its parts on single sets, without words."""
    rows = claim_rows(lines)
    write_csv(path, head, CLAIM_COLUMNS, [list(row.values()) for row in rows])


def claim_rows(lines: Sequence[Judged]) -> list[dict[str, str]]:
    """The lines of the file of verdicts, column -> text."""
    return [row for one in lines for row in (_whole(one), *_parts(one))]


def _run_cells(run: Result[Trial]) -> list[str]:
    trial, out = run.config, run.outcome
    notes = [f"{out['notes'][name]:g}" if name in out["notes"] else "" for name in HEALTH]
    weights = [f"{trial.kd:g}", f"{trial.gan:g}"] if trial.kd else ["", ""]
    numbers = [f"{run.accuracy:.4f}", f"{run.macro_f1:.4f}", f"{out['cpu_seconds']:.1f}"]
    places = [str(trial.seed), str(chain_of(trial.seed))]
    start = [trial.dataset, trial.arm, trial.option, *weights, *places]
    return [*start, *numbers, *notes, str(out["tests"]), out["correct"]]


def answers_in(rows: Sequence[Mapping[str, str]]) -> Answers:
    """Arm with its option -> seed -> right or wrong, from the lines of a file of runs."""
    found: dict[str, dict[int, NDArray[np.bool_]]] = {}
    for row in rows:
        arm = f"{row['arm']} {row['option']}".strip()
        right = unpack(row["correct"], int(row["tests"]))
        found.setdefault(arm, {})[int(row["seed"])] = right
    return found


def _whole(one: Judged) -> dict[str, str]:
    claim = one.claim
    words = [one.direction, one.size]
    tests = [_number(value) for value in (one.holm, one.equivalence)]
    beside = one.gap.difference + one.printed if one.gap else math.nan
    printed = [_number(value) for value in (one.printed, beside, one.size_holm)]
    basis = f"{' and '.join(claim.first)} minus {' and '.join(claim.second)}; {one.why}"
    basis += "; primary claim" if claim.primary else ""
    dataset = f"mean of {', '.join(one.sets)}" if len(one.sets) > 1 else "".join(one.sets)
    cells = [
        claim.name, dataset, claim.sentence, claim.place, *words, *_estimate(one.ours), *tests,
        _number(claim.matters), _number(one.smallest), *printed, *map(_number, one.levels),
        *_counts(one.ours), basis,
    ]  # fmt: skip
    return dict(zip(CLAIM_COLUMNS, cells, strict=True))


def _parts(one: Judged) -> list[dict[str, str]]:
    """The claim on each of several sets, as numbers to look at."""
    if len(one.sets) < 2:
        return []
    rows = []
    for name, ours in one.each.items():
        row = dict.fromkeys(CLAIM_COLUMNS, "")
        row |= {"claim": one.claim.name, "dataset": name}
        row |= dict(zip(("ours", "low", "high"), _estimate(ours), strict=True))
        row |= {"smallest": _number(ours.smallest(1))}
        row |= dict(zip(("chains", "texts"), _counts(ours), strict=True))
        if name in one.claim.printed:
            row["printed"] = _number(one.claim.printed[name])
        rows.append(row | {"basis": "beside the claim: not corrected, no word"})
    return rows


def _estimate(ours: Estimate | None) -> list[str]:
    if ours is None:
        return ["", "", ""]
    return [_number(value) for value in (ours.difference, *ours.interval())]


def _counts(ours: Estimate | None) -> list[str]:
    return ["", ""] if ours is None else [str(ours.chains), str(ours.texts)]


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.4f}"

"""The shipped runs of the word task: arms over seeds and temperatures, verdict lines as a table."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from labkit import paths
from labkit.evaluation.verdict import Interval, interval
from labkit.experiments.llm.plan import NAME, TABLE
from labkit.experiments.llm.words_sweep import SWEEP_TABLE
from labkit.experiments.llm_prompt.plan import TABLE as PROMPT_TABLE
from labkit.experiments.llm_prompt_arms.plan import TABLE as ARMS_TABLE
from labkit.experiments.results import read_rows
from labkit.plots import wide_table
from labkit.plots.roles import arm

WORDS = ("reproduced", "not reproduced", "cannot be told")
MADE_BY = {TABLE: 20, SWEEP_TABLE: 20, PROMPT_TABLE: 15, ARMS_TABLE: 30}
"""File of results -> minutes of `labkit reproduce`."""


def missing(*tables: str, folder: Path | None = None) -> str:
    """One sentence that names the files that are not here, and how to make them; "" if none."""
    absent = [name for name in tables if not (_folder(folder) / f"{name}.csv").exists()]
    return "; ".join(
        f"{name} is not here yet (`labkit reproduce {name}` makes it in {MADE_BY[name]} minutes)"
        for name in absent
    )


def arms(
    measure: str = "right", temperature: str = "1.0", folder: Path | None = None
) -> dict[str, Interval]:
    """Each arm's mean over seeds with its interval, in the order of the file; empty without it.

    measure: a column of the file, such as "right", "forward_kl" (nats) or "style_entropy" (nats)
    """
    values: dict[str, list[float]] = {}
    for row in _rows(folder):
        if row["temperature"] == temperature and row[measure]:
            values.setdefault(row["arm"], []).append(float(row[measure]))
    return {name: interval(own) for name, own in values.items()}


def by_temperature(
    name: str, measure: str = "right", folder: Path | None = None
) -> dict[int, dict[float, float]]:
    """Seed -> temperature -> the measure of one arm; 0 is the likeliest answer."""
    found: dict[int, dict[float, float]] = {}
    for row in _rows(folder):
        if row["arm"] == name and row[measure]:
            found.setdefault(int(row["seed"]), {})[float(row["temperature"])] = float(row[measure])
    return found


def verdict_lines(folder: Path | None = None) -> list[dict[str, str]]:
    """The lines of the verdict file, column name -> text; none without it."""
    path = _folder(folder) / f"{TABLE}_verdicts.csv"
    return read_rows(path) if path.exists() else []


def counted(lines: Sequence[Mapping[str, str]]) -> str:
    """How often each word was given, in one sentence."""
    words = [line["word"] for line in lines]
    return f"{len(words)} lines: " + ", ".join(f"{words.count(word)} {word}" for word in WORDS)


def as_html(lines: Sequence[Mapping[str, str]]) -> str:
    """Verdict lines as an HTML table that shows each of them whole and scrolls sideways."""
    import pandas as pd

    if not lines:
        return "<p>no lines to show</p>"
    rows = [
        {
            "word": line["word"],
            "claim": line["said"],
            "first": arm(line["first"]).name,
            "minus": arm(line["second"]).name,
            "measure": line["measure"].replace("_", " "),
            "T": line["temperature"],
            "difference": f"{float(line['difference']):+.3f}",
            "95 % interval": f"{float(line['low']):+.3f} to {float(line['high']):+.3f}",
            "p, Holm": f"{float(line['holm']):.2g}",
            "seeds": line["seeds"],
        }
        for line in lines
    ]
    return wide_table.as_html(pd.DataFrame(rows), "verdict lines of the word task", index=False)


def _rows(folder: Path | None) -> list[dict[str, str]]:
    path = _folder(folder) / f"{TABLE}.csv"
    return read_rows(path) if path.exists() else []


def _folder(folder: Path | None) -> Path:
    return paths.results(NAME) if folder is None else folder

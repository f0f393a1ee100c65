"""The panel of shipped settings: score, leash, group and temperature give curves and texts."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from labkit.course.lesson_06.texts import marked
from labkit.course.widgets.controls import Control, choice
from labkit.course.widgets.panel import Panel
from labkit.experiments.llm.plan import TEMPERATURES
from labkit.experiments.llm.words_sweep import GROUPS, LEASHES, SCORES
from labkit.experiments.llm.words_sweep_table import Setting, Shipped
from labkit.plots.looks import ROLES, SERIES
from labkit.plots.picture import Picture, three_places

if TYPE_CHECKING:
    from pandas import DataFrame

SIZE = (9.2, 4.1)
FROZEN = {"learns with the student": "no", "frozen": "yes"}
"""What is chosen -> what the file says."""
RIVAL = Setting("seqkd_longer")
SHOWN_SEED = "0"
"""Whose texts are shown."""
LINES = ("-", "--", ":")
"""Of the seeds' curves."""


def panel(runs: Shipped) -> Panel:
    """The panel: choose a setting of GAD and a temperature, and see what it came to.

    runs: from `words_sweep_table.shipped()`
    errors: ValueError when there is none
    """
    if not runs.curves:
        raise ValueError(
            "got no runs, wanted those of llm_words_sweep: run `labkit reproduce llm_words_sweep` "
            "(about 20 minutes), or take data/results from the course"
        )
    return Panel(partial(draw_setting, runs=runs), size=SIZE, **settings())


def settings() -> dict[str, Control]:
    """Lists of what was run."""
    return {
        "score": choice("score", SCORES, "likelihood"),
        "discriminator": choice("discriminator", list(FROZEN)),
        "kl": choice("KL weight", [f"{one:g}" for one in LEASHES], "0.02"),
        "group": choice("group size", [str(one) for one in GROUPS], "8"),
        "temperature": choice("temperature", [str(one) for one in TEMPERATURES]),
    }


def setting_of(score: str, discriminator: str, kl: str, group: str) -> Setting:
    """The setting that four entries of the lists name."""
    return Setting("gad", score, FROZEN[discriminator], kl, group)


def draw_setting(
    axes: Axes, runs: Shipped, score: str, discriminator: str, kl: str, group: str, temperature: str
) -> str:
    """Scores and right answers over the steps at the left, texts beside SeqKD's at the right.

    axes: gives its place to the three parts
    """
    setting = setting_of(score, discriminator, kl, group)
    left, middle, right = three_places(axes, (1, 1, 1.5), 0.38)
    curves = runs.curves[setting]
    _curve(left, curves, "reward")
    left.set_ylabel("mean score of fresh answers")
    _curve(middle, curves, "right")
    middle.set(ylim=(0, 1), ylabel="share of right answers, T = 1")
    for own in (left, middle):
        own.set_xlabel("steps of the student", fontsize=9)
        own.tick_params(labelsize=8)
    rows = runs.answers[setting, temperature]
    rival = runs.answers[RIVAL, temperature]
    left.set_title("what GAD makes large", fontsize=10)
    kept, rivals = (_mean(some, "style_entropy") for some in (rows, rival))
    middle.set_title(
        f"right at T = {temperature}: {_mean(rows, 'right'):.2f}\n"
        f"(SeqKD {_mean(rival, 'right'):.2f})",
        fontsize=10,
    )
    right.set_title(f"ways kept: {kept:.2f} nats (SeqKD {rivals:.2f})", fontsize=10)
    said = _texts(right, _said(rival), _said(rows))
    ends = ", ".join(f"{run[-1]['right']:.2f}" for run in curves.values())
    scores = ", ".join(f"{run[0]['reward']:.1f} to {run[-1]['reward']:.1f}"
                       for run in curves.values())  # fmt: skip
    return (
        f"Score {score}, discriminator {discriminator}, KL weight {kl}, group of {group}, asked "
        f"at temperature {temperature}: right {_mean(rows, 'right'):.2f}, of longer SeqKD "
        f"{_mean(rival, 'right'):.2f}; entropy of the ways {kept:.2f} and {rivals:.2f} nats; "
        f"length {_mean(rows, 'length'):.1f} and {_mean(rival, 'length'):.1f}. Over the steps, "
        f"seed by seed: score {scores}; right at the end {ends}. {said}"
    )


def static_twin(runs: Shipped) -> Picture:
    """Right answers over the steps of every setting: rows of scores, columns of leash and group."""
    figure = Figure(figsize=(9.2, 5.6), layout="constrained", facecolor="white")
    columns = [(kl, group) for group in GROUPS for kl in LEASHES]
    grid = figure.subplots(len(SCORES), len(columns), sharex=True, sharey=True)
    alt = []
    for row, score in enumerate(SCORES):
        for column, (kl, group) in enumerate(columns):
            axes = grid[row, column]
            for place, (name, frozen) in enumerate(FROZEN.items()):
                setting = Setting("gad", score, frozen, f"{kl:g}", str(group))
                end = _bundle(axes, runs.curves[setting], place, name)
                alt.append(f"{score}, KL {kl:g}, group {group}, {name}: {end:.2f}")
            axes.set(ylim=(0, 1))
            axes.tick_params(labelsize=8)
            if row == 0:
                axes.set_title(f"KL {kl:g}, group {group}", fontsize=9)
        grid[row, 0].set_ylabel(f"{score}\nshare right", fontsize=9)
    handles, names = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=2, frameon=False, fontsize=9)
    figure.supxlabel("steps of the student", fontsize=9)
    return Picture(figure, f"Share of right answers over the steps; at the end: {'; '.join(alt)}.")


def shares(runs: Shipped, temperature: str = "1.0") -> "DataFrame":
    """Mean share of right answers over the seeds: a row for each score, frozen or not."""
    import pandas as pd

    rows = {}
    for score in SCORES:
        for name, frozen in FROZEN.items():
            rows[f"{score}, {name}"] = {
                f"KL {kl:g}, group {group}": _mean(
                    runs.answers[Setting("gad", score, frozen, f"{kl:g}", str(group)), temperature],
                    "right",
                )
                for group in GROUPS
                for kl in LEASHES
            }
    return pd.DataFrame(rows).T


def _bundle(
    axes: Axes, curves: Mapping[str, Sequence[Mapping[str, float]]], place: int, name: str
) -> float:
    """The seeds of one setting as lines of one look; the mean of their ends."""
    look = SERIES[place]
    for number, run in enumerate(curves.values()):
        axes.plot(
            [one["step"] for one in run], [one["right"] for one in run], look.line,
            color=look.color, linewidth=1.3, label=None if number else name,
        )  # fmt: skip
    ends = [run[-1]["right"] for run in curves.values()]
    return sum(ends) / len(ends)


def _curve(axes: Axes, curves: Mapping[str, Sequence[Mapping[str, float]]], column: str) -> None:
    colour = ROLES["generator" if column == "right" else "discriminator"].color
    for line, (seed, run) in zip(LINES, curves.items(), strict=False):
        steps, values = [one["step"] for one in run], [one[column] for one in run]
        axes.plot(steps, values, line, color=colour, linewidth=2, label=f"seed {seed}")
    axes.legend(frameon=False, fontsize=8)


def _texts(axes: Axes, rival: Sequence[tuple[str, str]], own: Sequence[tuple[str, str]]) -> str:
    """Words in rows, longer SeqKD's answer and this setting's beside them; the same in words."""
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(len(own) + 0.5, -1.2))
    columns = (0.0, 0.26, 0.66)
    for x, head in zip(columns, ("word", "SeqKD, longer", "this GAD"), strict=True):
        axes.text(x, -0.7, head, fontsize=9, weight="bold", va="center")
    for row, ((word, before), (_, now)) in enumerate(zip(rival, own, strict=True)):
        cells = (word, marked(word, before), marked(word, now))
        for x, cell in zip(columns, cells, strict=True):
            colour = "#9c3a00" if cell.endswith("✗") else "black"
            axes.text(x, row, cell, fontsize=9, family="DejaVu Sans Mono", va="center",
                      color=colour)  # fmt: skip
    axes.text(0, len(own), f"one answer each, seed {SHOWN_SEED}", fontsize=8, va="center")
    return "Texts: " + "; ".join(
        f"{word}: SeqKD {marked(word, before)}, GAD {marked(word, now)}"
        for (word, before), (_, now) in zip(rival, own, strict=True)
    )


def _said(rows: Sequence[Mapping[str, str]]) -> list[tuple[str, str]]:
    text = next(row["said"] for row in rows if row["seed"] == SHOWN_SEED)
    pairs = (one.partition(":") for one in text.split(" "))
    return [(word, answer) for word, _, answer in pairs]


def _mean(rows: Sequence[Mapping[str, str]], column: str) -> float:
    return sum(float(row[column]) for row in rows) / len(rows)

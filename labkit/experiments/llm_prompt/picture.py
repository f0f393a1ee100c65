"""The picture of the prompt distillation: who keeps the rule, with the prompt and without it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.experiments.llm_prompt.plan import PromptRun
from labkit.experiments.result import Result
from labkit.files import write_atomically
from labkit.plots.picture import Picture
from labkit.plots.roles import ROLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = {
    "teacher": "style prompt",
    "untrained": "no prompt",
    "seqkd": "no prompt,\nafter SeqKD",
}
LOOKS = {
    "teacher": ROLES["teacher"],
    "untrained": ROLES["baseline"],
    "seqkd": ROLES["student"],
}
PARTS = {"held_out": "TREC questions, held out", "others": "questions of another kind"}


def picture(runs: Sequence[Result[PromptRun]]) -> Picture:
    """One panel for each kind of question: a bar per arm, a point per seed."""
    from matplotlib.figure import Figure

    shown = [part for part in PARTS if any(one.outcome[part]["answers"] for one in runs)]
    figure = Figure(figsize=(8.0, 3.4), layout="constrained", facecolor="white")
    panels = figure.subplots(1, len(shown), squeeze=False, sharey=True)[0]
    alt = [draw_part(axes, runs, part) for axes, part in zip(panels, shown, strict=True)]
    panels[0].set_ylabel("answers that keep the whole rule, share")
    return Picture(figure, f"Share of answers in the style. {' '.join(alt)}")


def draw_part(axes: "Axes", runs: Sequence[Result[PromptRun]], part: str) -> str:
    """The bars of one kind of question; gives what a reader of the text needs."""
    told = []
    arms = [arm for arm in NAMES if any(one.config.arm == arm for one in runs)]
    for place, arm in enumerate(arms):
        shares = [float(one.outcome[part]["whole"]) for one in runs if one.config.arm == arm]
        mean, look = sum(shares) / len(shares), LOOKS[arm]
        axes.bar(place, mean, color=look.color, hatch=look.hatch, edgecolor="white", width=0.7)
        axes.plot([place] * len(shares), shares, "o", color="black", markersize=5)
        told.append(f"{NAMES[arm]} {mean:.2f}".replace("\n", " "))
    axes.set_xticks(range(len(arms)), [NAMES[arm] for arm in arms])
    axes.set(ylim=(0, 1), title=PARTS[part])
    return f"{PARTS[part]}: {', '.join(told)}."


def save(path: Path, runs: Sequence[Result[PromptRun]]) -> Path:
    """Draw the runs into a PNG file; gives its path."""
    with write_atomically(path) as temporary:
        temporary.write_bytes(picture(runs).png())
    return path

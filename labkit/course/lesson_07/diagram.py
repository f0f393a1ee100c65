"""Who writes the text and who judges it: the ways of this lesson in one table of boxes."""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from labkit.plots.picture import Picture
from labkit.plots.roles import ROLES

BOX = {"boxstyle": "round,pad=0.35", "facecolor": "white", "linewidth": 1.6}


@dataclass(frozen=True)
class Way:
    """One way of distilling a language model."""

    title: str
    writes: str
    """"teacher" or "student": whose text is read."""
    judge: str
    """What says how good the student is on that text."""
    signal: str
    """What the student hears."""


WAYS = (
    Way("SeqKD", "teacher", "the text itself", "one token of each row"),
    Way("KL on given text", "teacher", "teacher's logits", "a whole row for each token"),
    Way("on-policy KL", "student", "teacher's logits", "a whole row for each token"),
    Way("GAKD", "teacher", "logits and discriminator", "rows, and one score of the answer"),
    Way("GAD", "student", "discriminator", "one score of the answer"),
)


def who_writes_who_judges() -> Picture:
    """A column per way: the writer above, the judge in the middle, the signal below."""
    figure = Figure(figsize=(9.0, 3.1), layout="constrained", facecolor="white")
    for axes, way in zip(figure.subplots(1, len(WAYS)), WAYS, strict=True):
        _draw(axes, way)
    said = ". ".join(
        f"{way.title}: the {way.writes} writes, judged by {way.judge}, the student hears "
        f"{way.signal}"
        for way in WAYS
    )
    return Picture(figure, f"Five ways side by side. {said}.")


def _draw(axes: Axes, way: Way) -> None:
    colours = (ROLES[way.writes].color, ROLES["discriminator"].color, ROLES["student"].color)
    texts = (f"{way.writes}\nwrites", _folded(way.judge), _folded(way.signal))
    for height, text, colour in zip((2.0, 1.0, 0.0), texts, colours, strict=True):
        box = {**BOX, "edgecolor": colour}
        axes.text(0.5, height, text, ha="center", va="center", fontsize=8.5, bbox=box)
    for start, end in ((1.68, 1.36), (0.66, 0.36)):
        axes.annotate("", (0.5, end), (0.5, start), arrowprops={"arrowstyle": "-|>"})
    axes.set_title(way.title, fontsize=10)
    axes.set(xlim=(0, 1), ylim=(-0.5, 2.4))
    axes.set_axis_off()


def _folded(text: str) -> str:
    """At most two words in a line."""
    words = text.split()
    return "\n".join(" ".join(words[at : at + 2]) for at in range(0, len(words), 2))

"""The paper's own tables, subtracted: what they say before any run of ours."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from labkit.experiments.online import pictures
from labkit.experiments.online.facts.printed_numbers import Printed, gap, half_width, printed
from labkit.experiments.results import rounded, write_csv
from labkit.plots import looks
from labkit.plots.picture import Picture

NAME = "kdfd_printed"
PAIRS = (
    ("VAE alone minus vanilla KD", ("table2", "vae"), ("table3", "vanilla_kd")),
    ("VAE alone minus autoencoder", ("table2", "vae"), ("table2", "ae")),
    ("KDFD minus vanilla KD", ("table3", "kdfd"), ("table3", "vanilla_kd")),
    ("KDFD minus ICR-KD", ("table1", "kdfd"), ("table1", "icr_kd")),
    ("KDFD minus the teacher", ("table1", "kdfd"), ("table1", "teacher")),
)
COLUMNS = ("difference", "task", "test", "metric", "points", "half_width")
Cell = tuple[str, Printed, float]


def make(folder: Path, about: Mapping[str, str], scale: str) -> None:
    """Write the file and its picture; nothing is trained, so every scale gives the same."""
    cells = [cell for name, first, second in PAIRS for cell in _cells(name, first, second)]
    rows = [
        [name, number.task, number.test, number.metric, rounded(value),
         rounded(half_width(number))]
        for name, number, value in cells
    ]  # fmt: skip
    write_csv(folder / f"{NAME}.csv", {**about, "what": _WHAT, **sentences()}, COLUMNS, rows)
    pictures.write(picture(cells).figure, folder / f"{NAME}.png")


def sentences() -> dict[str, str]:
    """Difference -> its mean with and without CoLA, in one sentence."""
    told = {}
    for name, first, second in PAIRS:
        whole, without = gap(first, second), gap(first, second, without=["cola"])
        told[name] = (
            f"{whole.mean:+.2f} points on average, {whole.up} of {whole.numbers} up; without CoLA "
            f"{without.mean:+.2f}, {without.up} of {without.numbers} up"
        )
    return told


def _cells(name: str, first: tuple[str, str], second: tuple[str, str]) -> list[Cell]:
    theirs = {(n.task, n.test, n.metric): n.value for n in printed(*second)}
    return [
        (name, number, number.value - theirs[number.task, number.test, number.metric])
        for number in printed(*first)
        if (number.task, number.test, number.metric) in theirs
    ]


def picture(cells: Sequence[Cell]) -> Picture:
    """Every printed difference; the bar is what the size of the test set alone leaves open."""
    from matplotlib.figure import Figure

    names = list(dict.fromkeys(name for name, _, _ in cells))
    numbers = list(dict.fromkeys(_title(number) for _, number, _ in cells))
    figure = Figure(figsize=(10.5, 3.9), layout="constrained")
    grid = figure.subplots(1, len(names), sharey=True)
    for axes, name in zip(grid, names, strict=True):
        for _, number, value in (cell for cell in cells if cell[0] == name):
            place, half = len(numbers) - 1 - numbers.index(_title(number)), half_width(number)
            if half is not None:
                axes.barh(place, 2 * half, 0.7, -half, color="#e6e6e6")
            axes.plot(value, place, "o", color=looks.ROLES["student"].color)
        axes.axvline(0, **looks.style("baseline"))
        axes.set_title(name.replace(" minus ", "\nminus "), fontsize=9)
        axes.set_xlabel("points", fontsize=8)
    grid[0].set_yticks(range(len(numbers)), list(reversed(numbers)), fontsize=8)
    told = "; ".join(f"{name}: {sentence}" for name, sentence in sentences().items())
    return Picture(
        figure,
        f"Differences of rows of the paper's tables, beside half the 95 % interval of an accuracy "
        f"on so many test texts. {told}.",
    )


def _title(number: Printed) -> str:
    test = f" {number.test}" if number.test else ""
    return f"{number.task}{test}, {number.metric}"


_WHAT = (
    "points, first minus second, as the paper prints them, one run each; half_width: half the "
    "95 % interval of one accuracy from its test rows alone, empty for other metrics (grey in "
    "the picture)"
)

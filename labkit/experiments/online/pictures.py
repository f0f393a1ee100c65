"""The pictures of the files of runs: arms with their intervals, and verdict lines."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.evaluation.verdict import Interval, interval
from labkit.experiments.online.claim_list import USUAL
from labkit.experiments.online.claims import HOLDS, OPEN
from labkit.experiments.results import read_rows
from labkit.files import write_atomically
from labkit.plots import looks, roles
from labkit.plots.charts import folded
from labkit.plots.picture import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Rows = Sequence[Mapping[str, str]]
METRIC = {"stsb": "test Pearson correlation", "cola": "test Matthews correlation"}
"""What "score" is; for all other sets the test accuracy."""
SWEPT = {"latent": "width of the bottleneck", "weight": "lambda", "beta": "beta"}
UNITS = {
    "score": "points of the score",
    "nll": "nats less nll",
    "off_diagonal": "less mean |r| of sixteen dimensions",
}
DPI = 110


def save(folder: Path, table: str) -> list[Path]:
    """Draw the files of a table that lie in a folder, each beside itself; gives the pictures."""
    paths = [folder / f"{table}.png", folder / f"{table}_verdicts.png"]
    rows, lines = (read_rows(path.with_suffix(".csv")) for path in paths)
    drawn = [sweep_picture(rows) if table == "kdfd_figure5" else arms_picture(rows)]
    drawn += [verdicts_picture(lines)] if lines else []
    return [write(picture.figure, path) for picture, path in zip(drawn, paths, strict=False)]


def write(figure: "Figure", path: Path) -> Path:
    """A figure as PNG, whole or not at all."""
    with write_atomically(path) as temporary:
        figure.savefig(temporary, format="png", dpi=DPI)
    return path


def arms_picture(rows: Rows) -> Picture:
    """Score and nll of student and teacher of every arm, a line of panels per data set."""
    sets = list(dict.fromkeys((row["dataset"], row["student"]) for row in rows))
    tall = [0.27 * len(_arms(_of(rows, *one))) + 1.2 for one in sets]
    figure = _figure(10.5, sum(tall))
    grid = figure.subplots(len(sets), 2, squeeze=False, gridspec_kw={"height_ratios": tall})
    alt = []
    for line, one in zip(grid, sets, strict=True):
        own = _of(rows, *one)
        alt.append(draw_arms(line[0], own, "score"))
        if any(row["student_nll"] for row in own):
            draw_arms(line[1], own, "nll")
            line[1].set_yticklabels([])
        else:
            line[1].set_axis_off()
    grid[0, 0].legend(frameon=False, fontsize=8, ncols=2, loc="lower left", bbox_to_anchor=(0, 1.1))
    return Picture(figure, " ".join(alt))


def draw_arms(axes: "Axes", rows: Rows, what: str) -> str:
    """One measure of student and teacher, a line per arm, with the interval over seeds.

    what: "score" or "nll"; gives the alt text
    """
    names, told = _arms(rows), []
    for place, arm in enumerate(reversed(names)):
        own = [row for row in rows if row["arm"] == arm]
        for who, mark in (("student", "o"), ("teacher", "D")):
            spread = _spread(own, f"{who}_{what}")
            if spread is not None:
                _point(axes, spread, place, who, mark, label=who if place == 0 else None)
                told.append(f"{roles.arm(arm).name}, {who} {spread.mean:.3f}")
    axes.set_yticks(range(len(names)), [roles.arm(arm).name for arm in reversed(names)], fontsize=8)
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    dataset, student = rows[0]["dataset"], rows[0]["student"].replace("_", " ")
    unit = METRIC.get(dataset, "test accuracy, share") if what == "score" else "test nll, nats"
    most = max(len({row["seed"] for row in rows if row["arm"] == arm}) for arm in names)
    axes.set_xlabel(f"{unit}; bar: 95 % interval over seeds", fontsize=8)
    axes.set_title(f"{dataset}, student: {student}, up to {most} seeds", fontsize=9)
    return f"{dataset}, {student} student, {unit}: {', '.join(told)}."


def verdicts_picture(lines: Rows) -> Picture:
    """Every sentence with its difference, its interval and its word; each measure apart."""
    ends = list(dict.fromkeys(line["measured"].split()[-1] for line in lines))
    kinds = [[line for line in lines if line["measured"].split()[-1] == end] for end in ends]
    tall = [0.42 * len(kind) + 0.9 for kind in kinds]
    figure = _figure(10.5, sum(tall))
    grid = figure.subplots(len(kinds), 1, squeeze=False, gridspec_kw={"height_ratios": tall})
    alt = [draw_verdicts(axes, kind) for axes, kind in zip(grid[:, 0], kinds, strict=True)]
    return Picture(figure, " ".join(alt))


def draw_verdicts(axes: "Axes", lines: Rows) -> str:
    """Differences with intervals, the shaded part too small to have been seen; gives the alt."""
    score = lines[0]["measured"].endswith("score")
    factor, told = (100.0 if score else 1.0), []
    for place, line in enumerate(reversed(lines)):
        ours = factor * float(line["ours"])
        colour = {HOLDS: "#0072B2", OPEN: "#767676"}.get(line["word"], "#D55E00")
        mark = {HOLDS: "o", OPEN: "s"}.get(line["word"], "X")
        if line["low"]:
            low, high, unseen = (factor * float(line[n]) for n in ("low", "high", "smallest"))
            axes.barh(place, 2 * unseen, 0.7, -unseen, color="#eeeeee")
            axes.hlines(place, low, high, color=colour, linewidth=2.5)
        axes.plot(ours, place, mark, color=colour, markersize=6)
        told.append(f"{line['said']} ({line['dataset']}): {line['word']}, {ours:+.2f}")
    axes.axvline(0, **looks.style("baseline"))
    names = [_verdict_name(line) for line in reversed(lines)]
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set_ylim(-0.6, len(names) - 0.4)
    unit = UNITS.get(lines[0]["measured"].split()[-1], f"{lines[0]['measured']}, in favour")
    axes.set_xlabel(
        f"{unit}; bar: 95 % interval; circle: holds, square: open, cross: does not hold; "
        "shaded: too small to have been seen",
        fontsize=8,
    )
    return f"Differences in {unit}: {'; '.join(told)}."


def sweep_picture(rows: Rows) -> Picture:
    """Student and teacher over width, lambda and beta, one row of panels per set that was swept."""
    moved = {row["dataset"] for row in rows if any(_moved(row, name) for name in SWEPT)}
    sets = [name for name in dict.fromkeys(row["dataset"] for row in rows) if name in moved]
    figure = _figure(10.5, 2.9 * len(sets))
    grid, alt = figure.subplots(len(sets), len(SWEPT), squeeze=False), []
    for line, dataset in zip(grid, sets, strict=True):
        own = [row for row in rows if row["dataset"] == dataset]
        alt += [draw_sweep(axes, own, what) for axes, what in zip(line, SWEPT, strict=True)]
    grid[0, 1].legend(frameon=False, fontsize=8, loc="lower left")
    return Picture(figure, " ".join(alt))


def _moved(row: Mapping[str, str], name: str) -> bool:
    return float(row[name]) != getattr(USUAL, name)


def draw_sweep(axes: "Axes", rows: Rows, what: str) -> str:
    """Test score over one setting, the others at their usual values; gives the alt text."""
    others = [name for name in SWEPT if name != what]
    own = [r for r in rows if all(float(r[name]) == getattr(USUAL, name) for name in others)]
    values, told = sorted({float(row[what]) for row in own}), []
    for who, mark in (("student", "o"), ("teacher", "D")):
        means = []
        for place, value in enumerate(values):
            spread = _spread([row for row in own if float(row[what]) == value], f"{who}_score")
            if spread is not None:
                _point(axes, spread, place, who, mark, who if place == 0 else None, upright=True)
                means.append(spread.mean)
                told.append(f"{who} at {value:g} {spread.mean:.3f}")
        axes.plot(range(len(means)), means, **looks.style(who), linewidth=1)
    axes.set_xticks(range(len(values)), [f"{value:g}" for value in values], fontsize=8)
    seeds = len({row["seed"] for row in own})
    axes.set_xlabel(f"{SWEPT[what]}; up to {seeds} seeds", fontsize=8)
    axes.set_ylabel("test accuracy, share", fontsize=8)
    axes.set_title(rows[0]["dataset"], fontsize=9)
    return f"{rows[0]['dataset']}, test accuracy over {SWEPT[what]}: {', '.join(told)}."


def _point(
    axes: "Axes",
    spread: Interval,
    place: float,
    who: str,
    mark: str,
    label: str | None = None,
    upright: bool = False,
) -> None:
    half = 0.0 if spread.low != spread.low else spread.high - spread.mean
    x, y = (place, spread.mean) if upright else (spread.mean, place)
    across, up = (None, half) if upright else (half, None)
    colour = looks.ROLES[who].color
    axes.errorbar(x, y, up, across, fmt=mark, color=colour, capsize=2, markersize=5, label=label)


def _spread(rows: Rows, column: str) -> Interval | None:
    values = [float(row[column]) for row in rows if row[column]]
    return interval(values) if values else None


def _arms(rows: Rows) -> list[str]:
    return list(dict.fromkeys(row["arm"] for row in rows))


def _of(rows: Rows, dataset: str, student: str) -> list[Mapping[str, str]]:
    return [row for row in rows if (row["dataset"], row["student"]) == (dataset, student)]


def _verdict_name(line: Mapping[str, str]) -> str:
    about = f"{line['dataset']}, {line['measured'].split()[0]}, {line['seeds']} seeds"
    return f"{folded(line['said'], 52)}\n({about})"


def _figure(width: float, height: float) -> "Figure":
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained", facecolor="white")

"""The pictures of lesson 03: data in, one Picture with its alt text out."""

from collections.abc import Mapping, Sequence
from math import isnan

from matplotlib.axes import Axes

from labkit.methods.chain import ChainStep, Link
from labkit.plots.looks import ROLES, SERIES, style
from labkit.plots.picture import Picture, draw_picture
from labkit.plots.roles import role_of


def one_chain(steps: Sequence[ChainStep]) -> Picture:
    """Accuracy of batches and validation texts over the whole chain, one colour per stop."""

    def draw(axes: Axes) -> str:
        alt = []
        for name in dict.fromkeys(step.name for step in steps):
            own = [step for step in steps if step.name == name]
            look = style(role_of(name))
            places = [step.index + 1 for step in own]
            axes.plot(places, [step.step.accuracy for step in own], alpha=0.4, **look)
            checked = [step for step in own if step.step.validation is not None]
            values = [float(step.step.validation or 0) for step in checked]
            axes.plot([s.index + 1 for s in checked], values, "D-", color=look["color"], label=name)
            axes.axvline(places[0] - 0.5, color=ROLES["before"].color, linewidth=1)
            alt.append(f"{name} from {own[0].teacher}, {len(own)} steps, ends at {values[-1]:.2f}")
        axes.set(ylim=(0, 1), xlabel="steps of the chain", ylabel="accuracy, share")
        axes.set_title("thin: batches, diamonds: validation")
        axes.legend(frameon=False, loc="lower right")
        return f"Validation accuracy over the steps of a chain: {'; '.join(alt)}."

    return draw_picture(draw, (6.5, 3.2))


def what_is_left(links: Sequence[Sequence[Link]]) -> Picture:
    """Accuracy and agreement of each stop, one thin line per seed and the bold mean.

    links: (seeds, stops)
    """
    names = [link.name for link in links[0]]
    measures = {
        "accuracy": "student",
        "agreement with the stop before": "assistant",
        "agreement with the first stop": "teacher",
    }

    def draw(axes: Axes) -> str:
        alt = []
        for place, (what, role) in enumerate(measures.items()):
            table = [[_value(link, what) for link in seed] for seed in links]
            means = [sum(column) / len(column) for column in zip(*table, strict=True)]
            look = style(role)
            for row in table:
                axes.plot(names, row, linewidth=0.8, alpha=0.5, **look)
            axes.plot(names, means, marker=SERIES[place].mark, linewidth=2.5, label=what, **look)
            alt.append(f"{what} {', '.join(f'{mean:.2f}' for mean in means)}")
        axes.set(ylim=(0, 1.05), ylabel="share of the test texts", xlabel="stop of the route")
        axes.set_title(f"{len(links)} seeds, bold: their mean")
        axes.legend(frameon=False, loc="lower left")
        return f"Along the stops {', '.join(names)}: {'; '.join(alt)}."

    return draw_picture(draw, (6.5, 3.4))


def passed_on(by_pair: Mapping[str, Sequence[float]]) -> Picture:
    """Points, one per seed: which share of one model's mistakes another one repeats.

    by_pair: such as "assistant, of teacher's" -> one share per seed; nan is left out
    """

    def draw(axes: Axes) -> str:
        alt = []
        for place, (name, values) in enumerate(reversed(list(by_pair.items()))):
            known = [value for value in values if not isnan(value)]
            axes.plot(known, [place] * len(known), "o", color=ROLES["student"].color, alpha=0.7)
            mean = sum(known) / len(known) if known else float("nan")
            axes.plot(mean, place, "|", color="black", markersize=18, markeredgewidth=2)
            alt.append(f"{name} {mean:.2f}")
        axes.set_yticks(range(len(by_pair)), list(by_pair)[::-1])
        axes.set(xlim=(0, 1), xlabel="share of the mistakes repeated, black: mean over seeds")
        axes.set_ylim(-0.5, len(by_pair) - 0.5)
        return f"Share of mistakes that are repeated, mean over seeds: {', '.join(alt[::-1])}."

    picture = draw_picture(draw, (7.0, 0.5 * len(by_pair) + 1.2))
    picture.figure.subplots_adjust(left=0.38)
    return picture


def _value(link: Link, what: str) -> float:
    if what == "accuracy":
        return link.accuracy
    return link.agreement if what.endswith("before") else link.agreement_with_first

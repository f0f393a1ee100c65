"""The pictures of lesson 06 beside its diagram: data in, one Picture with its alt text out."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from labkit.course.lesson_06 import toy
from labkit.evaluation.verdict import Interval
from labkit.experiments.llm.words import STYLES
from labkit.plots.arm_names import ARMS
from labkit.plots.looks import ROLES, SERIES, style
from labkit.plots.picture import Picture, draw_picture, several

DARK = (ROLES["teacher"].color, ROLES["baseline"].color)
"""Colours that white digits can be read on."""
Seeds = Mapping[int, Mapping[float, float]]
"""Seed -> temperature -> a share."""


def mixture(runs: Mapping[str, Sequence[toy.Moment]]) -> Picture:
    """The teacher's two modes as bars and each student's Gaussian as a line.

    runs: name -> the moments of its fit; the last one is drawn
    """
    p, xs = toy.teacher(), toy.ANSWERS.tolist()

    def draw(given: Axes | tuple[Axes, ...]) -> str:
        all_axes, alt = several(given), []
        for axes, (name, run) in zip(all_axes, runs.items(), strict=True):
            last = run[-1]
            q = _gaussian(last)
            axes.bar(xs, p.tolist(), 0.8, color=ROLES["teacher"].color, alpha=0.5, label="teacher")
            axes.plot(xs, q, marker="o", label="student", **style("student"))
            axes.set(ylim=(0, 1.05), xlabel="answer", xticks=range(0, 11, 2))
            axes.set_title(
                f"{name}\nforward KL {last.forward:.1f}, reverse {last.reverse:.2f}", fontsize=10
            )
            alt.append(
                f"{name}: mean {last.mean:.1f}, spread {last.spread:.2f}, forward KL "
                f"{last.forward:.2f}, reverse KL {last.reverse:.2f}"
            )
        all_axes[0].set_ylabel("probability")
        all_axes[0].legend(frameon=False, fontsize=9)
        return f"A teacher with modes at 3 and 8, and Gaussians fitted to it. {'; '.join(alt)}."

    picture = draw_picture(draw, (2.6 * len(runs) + 0.4, 3.0), columns=len(runs))
    picture.figure.subplots_adjust(wspace=0.25, top=0.82)
    return picture


def _gaussian(moment: toy.Moment) -> Sequence[float]:
    import torch

    numbers = torch.tensor(moment.mean), torch.tensor(moment.spread)
    found: list[float] = toy.gaussian(*numbers).exp().tolist()
    return found


def ways_of_answering(shares: Mapping[str, Mapping[str, float]]) -> Picture:
    """One bar from 0 to 1 for each student, cut into the three right ways; the rest is wrong.

    shares: name -> share of each way among all answers; the name of an arm or any other
    """

    def draw(axes: Axes) -> str:
        alt, names = [], list(shares)[::-1]
        for place, name in enumerate(names):
            start = 0.0
            for way, look in zip(STYLES, SERIES, strict=False):
                own = shares[name][way]
                axes.barh(
                    place, own, 0.66, left=start, color=look.color, hatch=look.hatch,
                    edgecolor="white", label=way if place == 0 else None,
                )  # fmt: skip
                start += own
            axes.barh(place, 1 - start, 0.66, left=start, color="0.92")
            axes.text(1.01, place, f"{100 * start:.0f} % right", va="center", fontsize=9)
            said = ", ".join(f"{way} {shares[name][way]:.2f}" for way in STYLES)
            alt.append(f"{name}: {said}")
        axes.set_yticks(range(len(names)), names)
        axes.set(xlim=(0, 1.18), xticks=[0, 0.25, 0.5, 0.75, 1], xlabel="share of all answers")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 0.98), ncols=3, fontsize=9)
        return f"Right answers by way, the rest is wrong. {'; '.join(reversed(alt))}."

    picture = draw_picture(draw, (7.8, 0.36 * len(shares) + 1.1))
    picture.figure.subplots_adjust(left=0.35)
    return picture


def won_and_lost(right: Mapping[str, Interval], lost: Mapping[str, Interval]) -> Picture:
    """What is right against what is no longer covered, a numbered cross of intervals for each arm.

    right: code name of an arm -> share of right answers; lost: -> forward KL, nats
    """

    def draw(axes: Axes) -> str:
        alt = []
        for number, (name, share) in enumerate(right.items(), 1):
            kl, colour = lost[name], ROLES[ARMS[name].role].color
            axes.hlines(kl.mean, share.low, share.high, color=colour, linewidth=1.5)
            axes.vlines(share.mean, max(kl.low, 0.1), kl.high, color=colour, linewidth=1.5)
            label = f"{number}  {ARMS[name].name}"
            axes.plot(share.mean, kl.mean, "o", color=colour, markersize=14, label=label)
            axes.text(
                share.mean, kl.mean, str(number), ha="center", va="center_baseline", fontsize=8,
                weight="bold", color="white" if colour in DARK else "black",
            )  # fmt: skip
            alt.append(f"{ARMS[name].name}: right {share.mean:.2f}, forward KL {kl.mean:.1f}")
        axes.set(yscale="log", xlim=(0, 1.06), xticks=[0, 0.25, 0.5, 0.75, 1])
        axes.set(xlabel="share of right answers", ylabel="forward KL, nats per word")
        axes.set_yticks([0.5, 1, 2, 5, 10, 20, 50], ["0.5", "1", "2", "5", "10", "20", "50"])
        axes.minorticks_off()
        seeds = max(one.n for one in right.values())
        axes.set_title(f"right and down is good; {seeds} seeds, 95 % intervals", fontsize=10)
        _legend_beside(axes)
        return f"Forward KL, logarithmic, against the share of right answers. {'; '.join(alt)}."

    picture = draw_picture(draw, (8.8, 4.2))
    picture.figure.subplots_adjust(right=0.66)
    return picture


def _legend_beside(axes: Axes) -> None:
    axes.legend(
        frameon=False, fontsize=8.5, loc="center left", bbox_to_anchor=(1.01, 0.5), markerscale=0.6
    )


def over_temperature(by_arm: Mapping[str, Seeds]) -> Picture:
    """The share of right answers over the temperature of asking: thin seeds, bold means.

    by_arm: code name of an arm -> its seeds
    """

    def draw(axes: Axes) -> str:
        alt = []
        for name, seeds in by_arm.items():
            look = style(ARMS[name].role) | {"linestyle": "-"}
            mark = SERIES[list(by_arm).index(name) % len(SERIES)].mark
            heats = sorted(next(iter(seeds.values())))
            for own in seeds.values():
                axes.plot(heats, [own[heat] for heat in heats], linewidth=0.7, alpha=0.5, **look)
            means = [sum(own[heat] for own in seeds.values()) / len(seeds) for heat in heats]
            label = f"{ARMS[name].name}, {len(seeds)} seeds"
            axes.plot(heats, means, marker=mark, linewidth=2.2, label=label, **look)
            said = ", ".join(f"{h:g}: {m:.2f}" for h, m in zip(heats, means, strict=True))
            alt.append(f"{ARMS[name].name} {said}")
        axes.set(xlabel="temperature of asking (0: the likeliest)", ylim=(0, 1.05))
        axes.set_ylabel("share of right answers")
        _legend_beside(axes)
        return f"Mean share of right answers by temperature. {'; '.join(alt)}."

    picture = draw_picture(draw, (8.4, 3.4))
    picture.figure.subplots_adjust(right=0.64)
    return picture


def score_and_truth(runs: Mapping[str, Sequence[tuple[float, float, float]]]) -> Picture:
    """What the discriminator says, and what is right, over the steps of each run.

    runs: name -> (step, mean score of fresh answers, share of right ones), in order
    """

    def draw(both: tuple[Axes, Axes]) -> str:
        alt = []
        for place, (name, run) in enumerate(runs.items()):
            look = SERIES[place % len(SERIES)]
            steps, scores, right = zip(*run, strict=True)
            for axes, values in zip(both, (scores, right), strict=True):
                axes.plot(steps, values, look.line, marker=look.mark, color=look.color, label=name)
            alt.append(
                f"{name}: score {scores[0]:.1f} to {scores[-1]:.1f}, right {right[0]:.2f} to "
                f"{right[-1]:.2f}"
            )
        both[0].set(xlabel="steps of the student", ylabel="mean score of fresh answers")
        both[1].set(xlabel="steps of the student", ylabel="share of right answers", ylim=(0, None))
        both[0].legend(frameon=False, fontsize=9)
        return f"Scores at the left, right answers at the right, over steps. {'; '.join(alt)}."

    picture = draw_picture(draw, (7.8, 3.0), columns=2)
    picture.figure.subplots_adjust(left=0.1, wspace=0.3)
    return picture

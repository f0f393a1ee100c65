"""From scores to a gradient: one prompt, its answers, and each answer against its neighbours."""

import torch

from labkit.llm.losses import group_advantages
from labkit.plots.diagram import Diagram, arrow, box, curve, dot, words

SCORES = (2.4, 0.9, 1.6, -0.5)
"""Of four answers to one prompt, by some discriminator."""

SIZE = (740.0, 330.0)
FIRST, APART = 250.0, 116.0
ZERO, UNIT = 186.0, 46.0
"""Height of a score of 0; pixels of one."""
LOW = 262.0
EDGES = (FIRST - 70, FIRST + APART * (len(SCORES) - 1) + 50)


def group() -> Diagram:
    """Scores above and below their mean, and the advantages that they become."""
    scores = torch.tensor([SCORES])
    mean = float(scores.mean())
    gains = group_advantages(scores)[0].tolist()
    parts = [
        box((82, 120), (124, 46), ["one prompt"], "ink", 1.5),
        arrow([(144, 120), (EDGES[0] - 12, 120)], "student"),
        curve([(EDGES[0], _height(mean)), (EDGES[1], _height(mean))], dashed=True),
        words((EDGES[1] + 8, _height(mean)), f"mean {mean:.1f}", "start"),
        words((22, LOW), "advantage", "start", bold=True),
        words((22, LOW + 34), "its tokens become", "start", bold=True),
    ]
    for place, (score, gain) in enumerate(zip(SCORES, gains, strict=True)):
        parts += _answer(FIRST + APART * place, place, score, gain, mean)
    told = "; ".join(
        f"answer {place + 1} has a score of {score} and an advantage of {gain:+.1f}, so its tokens "
        f"become {_becomes(gain)}"
        for place, (score, gain) in enumerate(zip(SCORES, gains, strict=True))
    )
    began = f"The student answered one prompt {len(SCORES)} times; the mean score is {mean:.1f}."
    return Diagram(SIZE, f"{began} {told}.", tuple(parts))


def _answer(x: float, place: int, score: float, gain: float, mean: float) -> list[str]:
    """One answer's score, its way from the mean, and what follows."""
    gap = 8 if score > mean else -8
    return [
        words((x, 22), f"answer {place + 1}"),
        arrow([(x, _height(mean)), (x, _height(score) + gap)], "discriminator"),
        dot((x, _height(score)), "discriminator"),
        words((x + 14, _height(score)), f"{score:.1f}", "start", size=13),
        words((x, LOW), f"{gain:+.2f}"),
        words((x, LOW + 34), _becomes(gain), size=13),
    ]


def _height(score: float) -> float:
    return ZERO - UNIT * score


def _becomes(gain: float) -> str:
    return "likelier" if gain > 0 else "less likely"

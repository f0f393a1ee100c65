"""Rollouts with a cache of keys and values against none, side by side."""

from collections.abc import Iterator
from functools import partial

from labkit.llm.rollouts import Sampling, rollout
from tests.benchmarks.llm import material
from tests.benchmarks.measure import Line

WANTED = {"1x16": ">= 1.5", "2x64": ">= 5", "4x192": ">= 5"}


def lines(rounds: int, rows: int = 256) -> Iterator[Line]:
    """Every size and both ways to draw, answers of 24 tokens to prompts of 5."""
    asked = material.prompts(rows)
    for size, wanted in WANTED.items():
        model = material.student(size)
        for draw in ("race", "inverse"):
            how = Sampling(material.EOS, material.ANSWER, 1.0, draw=draw)
            plain = material.seconds(partial(rollout, model, asked, how, cached=False), 1)
            cached = material.seconds(partial(rollout, model, asked, how), rounds)
            ratio = material.middle(plain) / material.middle(cached)
            note = f"{rows} answers of {material.ANSWER} tokens"
            goal = wanted if draw == "inverse" else ""
            yield Line("no cache over cache", size, draw, ratio, "x", goal, cached, note)


def settings(draw: str = "inverse") -> Sampling:
    """How the other benchmarks write."""
    return Sampling(material.EOS, 16, 0.8, draw=draw)

"""Made-up lines of a file of runs, for the comparisons beside the claims."""

import numpy as np

from labkit.experiments.confirm.beyond.plan import REFERENCES, VARIATIONS
from labkit.experiments.result import pack


def made_rows(levels=None, seeds=3, texts=1000, otherwise=0.8, health=None):
    """A line per arm and seed, as `read_rows` gives them; easy texts are right in every arm.

    levels: arm with its option -> share of right answers; health: the same -> D's accuracy by seed
    """
    ease = np.random.default_rng(0).normal(size=texts)
    arms = [*REFERENCES, *((one.arm, one.option) for one in VARIATIONS)]
    rows = []
    for place, (arm, option) in enumerate(arms):
        name = f"{arm} {option}".strip()
        level = (levels or {}).get(name, otherwise)
        for seed in range(seeds):
            luck = np.random.default_rng([seed, place]).normal(scale=0.05, size=texts)
            right = (ease + luck).argsort().argsort() < round(level * texts)
            told = (health or {}).get(name)
            rows.append({
                "arm": arm, "option": option, "seed": str(seed), "tests": str(texts),
                "correct": pack(right), "discriminator_loss": "", "gradient_norm": "",
                "discriminator_accuracy": "" if told is None else str(told[seed]),
            })  # fmt: skip
    return rows

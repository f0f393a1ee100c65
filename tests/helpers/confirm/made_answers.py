"""Made-up answers of every arm of the confirm study, at levels that a test decides."""

import numpy as np

from labkit.experiments.confirm.claim_list import ARMS, Claim
from labkit.experiments.confirm.plan import CHAINS


def answers(levels=None, seeds=CHAINS, texts=2000, otherwise=0.8):
    """Arm -> seed -> right or wrong; arms of one seed get the easy texts right, with a little luck.

    levels: arm -> its share of right answers; arms that are not named have `otherwise`
    """
    given = {arm: (levels or {}).get(arm, otherwise) for arm in ARMS}
    ease = np.random.default_rng(0).normal(size=texts)
    found = {}
    for place, (arm, level) in enumerate(given.items()):
        found[arm] = {}
        for seed in range(seeds):
            luck = np.random.default_rng([seed, place]).normal(scale=0.05, size=texts)
            order = (ease + luck).argsort().argsort()
            found[arm][seed] = order < round(level * texts)
    return found


def claim(first="second_stage differ", second="second_stage without", **more):
    """A claim of the usual two arms, which a test may change."""
    given = {"matters": 0.01, "name": "made", "sentence": "It helps.", "place": "nowhere"}
    return Claim(first=(first,), second=(second,), **{**given, **more})

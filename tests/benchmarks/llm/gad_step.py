"""A step of GAD against its parts measured alone: rollout, scoring, two backward passes."""

from collections.abc import Iterator

import torch

from labkit.llm.config import Descent
from labkit.llm.discriminator import Discriminator
from labkit.llm.gad.config import GadConfig
from labkit.llm.gad.run import gad
from labkit.llm.learner import Learning
from labkit.llm.losses import group_advantages, group_bradley_terry, k3_kl, policy_loss
from labkit.llm.rollouts import rollout
from labkit.llm.scoring import token_log_probs
from tests.benchmarks.llm import material
from tests.benchmarks.llm.rollouts import settings
from tests.benchmarks.measure import Line

PROMPTS, GROUP = 16, 8


def lines(rounds: int) -> Iterator[Line]:
    """The ratio, with a 2x64 student and a 2x64 discriminator."""
    how, pairs = settings(), material.prompts(PROMPTS)
    config = GadConfig(steps=rounds + 1, batch_size=PROMPTS, group_size=GROUP, sampling=how)
    score = Discriminator(material.student(seed=1), "last")
    steps = gad(material.student(), score, pairs, config)
    whole = material.seconds(lambda: next(steps), rounds)
    parts = material.seconds(_parts(config, pairs), rounds)
    ratio = material.middle(whole) / material.middle(parts)
    note = f"{PROMPTS} prompts x {GROUP} answers of {how.max_tokens} tokens"
    yield Line("GAD step over its parts", "2x64", "labkit", ratio, "x", "<= 1.3", whole, note)


def _parts(config, pairs):
    """The same work without labkit's loop: no report, no measures, no checks."""
    student, score = material.student(), Discriminator(material.student(seed=1), "last")
    reference = material.student().requires_grad_(False)
    learnings = [Learning(m, Descent(1e-4), 10_000, 0) for m in (score, student)]
    asked = pairs.repeat(GROUP)

    def once() -> None:
        own = rollout(student, asked, config.sampling)
        told, ours = score(pairs), score(own.pairs).view(PROMPTS, GROUP)
        learnings[0].descend(group_bradley_terry(told, ours), 0)
        gains = group_advantages(ours.detach()).flatten()
        heat, mask = config.sampling.temperature, own.pairs.mask
        with torch.no_grad():
            anchor = token_log_probs(reference, own.pairs, heat)
        new = token_log_probs(student, own.pairs, heat)
        loss = policy_loss(new, own.log_probs, gains, mask) + config.kl * k3_kl(new, anchor, mask)
        learnings[1].descend(loss, 0)

    return once

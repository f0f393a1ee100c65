"""Tiny GAD runs."""

from labkit.llm.discriminator import Discriminator
from labkit.llm.gad.config import GadConfig
from labkit.llm.gad.run import gad
from labkit.llm.rollouts import Sampling
from tests.helpers.llm import tiny_language as tiny

HOW = Sampling(tiny.EOS, max_tokens=4)


def config(**settings):
    """A few small rounds; settings: of `GadConfig`."""
    return GadConfig(
        **{
            "sampling": HOW,
            "steps": 5,
            "batch_size": 4,
            "group_size": 3,
            "save_every": 2,
            **settings,
        }
    )


def says_last_letter(pairs):
    """1 for an answer that begins with the prompt's last letter."""
    return (pairs.answers[:, 0] == pairs.prompts[:, -1]).float()


def run(asked, score=None, student=None, pairs=None):
    """Student, score and steps of a whole run."""
    student, score = student or tiny.model(), score or Discriminator(tiny.model(1, 16), "sum")
    return student, score, list(gad(student, score, pairs or tiny.pairs(), asked))

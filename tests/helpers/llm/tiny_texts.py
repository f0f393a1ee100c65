"""Made-up questions, few and short, in place of TREC's."""

from itertools import product

from labkit.experiments.llm.text_material import Texts

WORDS = ("what", "who", "where", "red", "blue", "river", "city", "king")
QUESTIONS = tuple(f"{a} is the {b} {c} of {d} ?" for a, b, c, d in product(WORDS, repeat=4))


def texts() -> Texts:
    """160 questions to learn, and 20 of each held-out kind."""
    step = QUESTIONS[::17]
    return Texts(step[:160], step[160:180], step[180:200], step[200:220])

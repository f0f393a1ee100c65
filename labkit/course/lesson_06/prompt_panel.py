"""The panel that moves a style prompt into the weights of a real small language model."""

from collections.abc import Generator

from labkit.course.widgets.controls import choice
from labkit.course.widgets.training_panel import TrainingPanel
from labkit.data import fetch
from labkit.experiments.llm_prompt.measure import LIVE_STEPS, LOOK_EVERY, live
from labkit.experiments.llm_prompt.model import NAME
from labkit.llm.config import SequenceStep


def missing() -> str:
    """What to do where the model is not in the cache; "" where it is."""
    if fetch.find(NAME) is not None:
        return ""
    return f"{NAME} is not here: `labkit fetch {NAME}` brings it, then run this cell again"


def prompt_panel(steps: int = LIVE_STEPS) -> TrainingPanel:
    """The panel: watch SmolLM2 learn the shipped answers, and read what it says on the way."""

    def run(seed: str) -> Generator[SequenceStep, None, list[str]]:
        return live(steps, int(seed))

    def at_end(said: list[str], seed: str) -> str:
        looks = [f"after {LOOK_EVERY * place} steps: {text!r}" for place, text in enumerate(said)]
        return f"The same question, without the prompt. {'; '.join(looks)}"

    return TrainingPanel(
        run,
        accuracy=False,
        loss="surprise at the teacher's answers, nats",
        at_end=at_end,
        seed=choice("seed", ["0", "1", "2"]),
    )

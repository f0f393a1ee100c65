"""Settings of a GAD run."""

import pytest

from labkit.llm.gad.config import GadConfig
from labkit.llm.rollouts import Sampling

HOW = Sampling(1)


def test_the_warm_up_comes_on_top():
    assert GadConfig(sampling=HOW, steps=7, warmup_steps=3).turns == 10


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"group_size": 1}, "group_size must be a whole number of at least 2, got 1"),
        ({"updates": 0}, "updates"),
        ({"warmup_steps": -1}, "warmup_steps"),
        ({"replay": 0.5}, "replay"),
        ({"kl": -1.0}, "kl"),
        ({"ce": float("nan")}, "ce"),
        ({"centring": -0.1}, "centring"),
        ({"scale": "max"}, "scale"),
        ({"reduction": "sum"}, "reduction"),
        ({"clip": 0.0}, "clip"),
        ({"sampling": Sampling(1, temperature=0.0)}, "must be sampled"),
        ({"steps": 0}, "steps"),
    ],
)
def test_nonsense_is_refused(settings, says):
    with pytest.raises(ValueError, match=says):
        GadConfig(**{"sampling": HOW, **settings})

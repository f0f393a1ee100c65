"""Runs of the prompt distillation."""

import pytest

from labkit.experiments.llm_prompt.plan import PromptRun, planned


def test_the_ends_come_once_and_seqkd_with_every_seed():
    runs = planned(2)
    assert [(one.arm, one.seed) for one in runs] == [
        ("teacher", 0), ("untrained", 0), ("seqkd", 0), ("seqkd", 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "given", [{"arm": "gad"}, {"arm": "teacher", "seed": 1}, {"arm": "seqkd", "scale": "huge"}]
)
def test_nonsense_is_refused(given):
    with pytest.raises(ValueError, match="got"):
        PromptRun(**given)
    with pytest.raises(ValueError, match="seeds"):
        planned(0)

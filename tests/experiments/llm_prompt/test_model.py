"""SmolLM2 as it is loaded and taught; without it in the cache only what can be said."""

import pytest

from labkit.data import fetch
from labkit.experiments.llm_prompt import model


def test_a_missing_model_is_said_with_its_command(monkeypatch):
    monkeypatch.setattr(fetch, "find", lambda name: None)
    with pytest.raises(ValueError, match="labkit fetch smollm2"):
        model.speaker()

"""A data set, a teacher and a plan for the best students that take a moment."""

from collections.abc import Iterator

import pytest

from labkit.data import Study
from labkit.experiments.best_student import arms, plan, texts
from labkit.experiments.ladder import arms as ladder_arms
from labkit.methods import fine_tune
from labkit.models import encoders as models
from tests.helpers import tiny
from tests.helpers.studies import study_of


def install(patch: pytest.MonkeyPatch) -> Iterator[Study]:
    """Put them in place as the data set "made up"; gives its splits."""
    train, test = (list(zip(*tiny.texts(count, seed=count), strict=True)) for count in (60, 30))
    part = study_of(train, test)
    for module in (arms, texts):
        patch.setattr(module, "study", lambda dataset: part)
    patch.setattr(texts, "teacher", lambda part, quiet=False, after=None: tiny.bert())
    for module in (models, fine_tune, ladder_arms):
        patch.setattr(module, "load_tokenizer", lambda name: tiny.tokenizer())
    for name in ("WIDTH", "HIDDEN"):
        patch.setattr(arms, name, 8)
    patch.setitem(plan.PLANS, "made up", plan.Plan("made up", variants=1, epochs=1))
    once = (texts.material, texts.own_teacher)
    for function in once:
        function.cache_clear()
    yield part
    for function in once:
        function.cache_clear()

"""A data set, a teacher and a plan for the best students that take a moment."""

from collections.abc import Iterator

import pytest

from labkit.data import Study
from labkit.experiments.best_student import plan as best_arm
from labkit.experiments.best_student import results as best_file
from labkit.experiments.best_student import texts as best_material
from labkit.experiments.ladder import arms as ladder_arms
from labkit.models import encoders as models
from tests.helpers import tiny
from tests.helpers.studies import study_of


def install(patch: pytest.MonkeyPatch) -> Iterator[Study]:
    """Put them in place as the data set "made up"; gives its splits."""
    train, test = (list(zip(*tiny.texts(count, seed=count), strict=True)) for count in (60, 30))
    part = study_of(train, test)
    for module in (best_arm, best_file, best_material):
        patch.setattr(module, "study", lambda dataset: part)
    patch.setattr(best_material, "teacher", lambda part, quiet=False, after=None: tiny.bert())
    for module in (models, best_file, ladder_arms):
        patch.setattr(module, "load_tokenizer", lambda name: tiny.tokenizer())
    for name in ("WIDTH", "HIDDEN"):
        patch.setattr(best_arm, name, 8)
    patch.setitem(best_arm.PLANS, "made up", best_arm.Plan("made up", variants=1, epochs=1))
    kept = (best_material.material, best_material.own_teacher)
    for function in kept:
        function.cache_clear()
    yield part
    for function in kept:
        function.cache_clear()

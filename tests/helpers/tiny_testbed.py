"""A testbed of made-up texts and tiny models, for tests of the experiments."""

from dataclasses import replace

import pytest

from labkit.experiments import scales
from labkit.experiments import testbed as testbeds
from labkit.models import encoders as models
from tests.helpers import tiny
from tests.helpers.studies import study_of


def made_up_study(classes: int = 3):
    """Sixty training texts and forty test texts in three classes."""
    train, test = (
        list(zip(*tiny.texts(count, classes, seed=count), strict=True)) for count in (90, 40)
    )
    return study_of(train, test, classes)


def tiny_encoder(name, num_labels, layers=None, seed=0, label_names=None):
    """A tiny BERT in the place of every pre-trained encoder."""
    return tiny.bert(num_labels, layers=layers or 2, seed=seed)


def put_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every testbed be made of tiny things; forget those of other tests."""
    monkeypatch.setattr(testbeds, "study", lambda name: made_up_study())
    monkeypatch.setattr(models, "load_tokenizer", lambda name: tiny.tokenizer())
    monkeypatch.setattr(models, "load_encoder", tiny_encoder)
    small = scales.SCALES["smoke"]
    monkeypatch.setitem(scales.SCALES, "tiny", replace(small, name="tiny", teacher_epochs=2))
    testbeds.testbed_named.cache_clear()


def named_only(dataset: str, scale: str):
    """As much of a testbed as a plan needs."""
    from pathlib import Path
    from types import SimpleNamespace

    return SimpleNamespace(folder=Path(f"{dataset}-{scale}"))

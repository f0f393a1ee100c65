"""Runs of language models stay on the device of their models, and say the same there."""

import pytest
import torch

from labkit.llm.config import RunConfig
from labkit.llm.discriminator import KINDS, Discriminator, LogProbDiscriminator
from labkit.llm.gad.config import GadConfig
from labkit.llm.gad.run import gad
from labkit.llm.gakd import GakdConfig, gakd
from labkit.llm.rollouts import Sampling
from labkit.llm.self_checks import self_check
from labkit.llm.seqkd import seqkd
from labkit.llm.white_box import WhiteBoxConfig, white_box
from tests.helpers.devices.other_device import OffDevice, other_device
from tests.helpers.llm import tiny_language as tiny

SHORT = {"steps": 3, "batch_size": 4, "save_every": 2}
HOW = Sampling(tiny.EOS, 4)


@pytest.fixture
def patch(monkeypatch):
    """The cache of transformers makes its first tensor in a way that the watch does not see."""
    plain = torch.tensor

    def seen(data, *more, device=None, **named):
        made = plain(data, *more, **named)
        return made if device is None else made.to(device)

    monkeypatch.setattr(torch, "tensor", seen)
    return monkeypatch


def learnt(where, folder):
    return seqkd(tiny.model().to(where), tiny.pairs(), RunConfig(**SHORT), folder=folder)


def boxed(where, folder):
    config = WhiteBoxConfig(sampling=HOW, **SHORT)
    models = tiny.model().to(where), tiny.llama().to(where)
    return white_box(*models, tiny.pairs(), config, folder=folder)


def played(where, folder, kind="last", **settings):
    score = Discriminator(tiny.model(1).to(where), kind)
    config = GadConfig(sampling=HOW, **SHORT, **settings)
    return gad(tiny.model().to(where), score, tiny.pairs(), config, folder=folder)


def rowed(where, folder):
    score = LogProbDiscriminator(tiny.model(3).to(where), tiny.VOCABULARY)
    models = tiny.model().to(where), tiny.llama().to(where)
    return gakd(*models, score, tiny.pairs(), GakdConfig(**SHORT), folder=folder)


RUNS = {
    "seqkd": learnt,
    "white box": boxed,
    "gakd": rowed,
    "gad with all options": lambda *a: played(*a, replay=2, centring=0.1, ce=0.1, updates=2),
} | {f"gad, {kind}": lambda *a, kind=kind: played(*a, kind) for kind in KINDS}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS.keys())
def test_a_run_stays_on_the_device_of_its_models(run, tmp_path, patch):
    wanted = [step.loss for step in run("cpu", tmp_path / "here")]
    with other_device(patch) as where:
        found = [step.loss for step in run(where, tmp_path / "there")]
    assert found == pytest.approx(wanted, rel=1e-2, abs=3e-3)


def test_self_checks_look_at_models_where_they_lie(patch):
    with other_device(patch) as where:
        score = Discriminator(tiny.model(1).to(where), "sum")
        findings = self_check(tiny.model().to(where), tiny.pairs(), HOW, score)
    assert all(found.fine for found in findings)


def test_a_reward_that_answers_elsewhere_is_brought_and_a_model_left_behind_is_noticed(patch):
    def elsewhere(pairs):
        return torch.arange(len(pairs)).float()

    with other_device(patch) as where:
        config = GadConfig(sampling=HOW, frozen=True, **SHORT)
        assert len(list(gad(tiny.model().to(where), elsewhere, tiny.pairs(), config))) == 3
        broken = tiny.model().to(where)
        broken.transformer.ln_f = torch.nn.LayerNorm(8)
        with pytest.raises((OffDevice, RuntimeError), match=r"both devices|same device"):
            list(seqkd(broken, tiny.pairs(), RunConfig(**SHORT)))

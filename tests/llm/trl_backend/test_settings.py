"""labkit's settings by TRL's names."""

import pytest
import torch

from labkit.llm.config import Descent
from labkit.llm.gad.config import GadConfig
from labkit.llm.rollouts import Sampling
from labkit.llm.trl_backend import settings
from labkit.llm.white_box import WhiteBoxConfig
from tests.helpers.llm import tiny_language as tiny


def gad(**given):
    how = Sampling(tiny.EOS, 5, 0.8)
    return GadConfig(**{"sampling": how, "steps": 7, "batch_size": 6, "group_size": 4, **given})


def test_gads_settings_keep_their_meaning(tmp_path):
    found = settings.gad_settings(gad(kl=0.01, clip=0.3, warmup_steps=2, updates=3), tmp_path)
    assert found["per_device_train_batch_size"] == 24 and found["num_generations"] == 4
    assert found["max_steps"] == 27 and found["num_iterations"] == 3
    assert (found["beta"], found["epsilon"], found["temperature"]) == (0.01, 0.3, 0.8)
    assert not found["use_bias_correction_kl"]
    assert (found["top_p"], found["top_k"], found["max_completion_length"]) == (1.0, 0, 5)
    assert found["loss_type"] == "bnpo" and found["scale_rewards"] == "group"
    other = settings.gad_settings(gad(reduction="sequences", scale="none"), tmp_path)
    assert other["loss_type"] == "grpo" and other["scale_rewards"] == "none"
    assert not found["bf16"] and not found["gradient_checkpointing"]


@pytest.mark.parametrize("fast", [True, False])
def test_auto_is_bfloat16_where_that_is_fast(tmp_path, monkeypatch, fast):
    monkeypatch.setattr("labkit.compute.fast_bf16", lambda where: fast)
    assert settings.gad_settings(gad(precision="auto"), tmp_path)["bf16"] is fast


def test_a_checkpoint_comes_after_so_many_batches(tmp_path):
    found = settings.gad_settings(gad(updates=3, save_every=5), tmp_path)
    assert found["save_steps"] == 15


def test_processes_share_the_answers_of_a_step(tmp_path, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert settings.gad_settings(gad(), tmp_path)["per_device_train_batch_size"] == 12
    monkeypatch.setenv("WORLD_SIZE", "5")
    with pytest.raises(ValueError, match="24 answers a step for 5 processes"):
        settings.gad_settings(gad(), tmp_path)


@pytest.mark.parametrize(
    ("divergence", "beta"), [("forward_kl", 0.0), ("reverse_kl", 1.0), ("jsd", 0.3)]
)
def test_divergences_are_trls_beta(tmp_path, divergence, beta):
    config = WhiteBoxConfig(divergence=divergence, beta=0.3, own_share=0.0)
    assert settings.white_box_settings(config, tmp_path)["beta"] == beta


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"divergence": "skew_reverse_kl", "own_share": 0.0}, "TRL does not have"),
        ({"temperature": 2.0, "own_share": 0.0}, "wanted 1.0"),
        ({"temperature": 1.0, "sampling": Sampling(1, 5, 0.7)}, "wanted 0.7"),
    ],
)
def test_what_trl_does_not_have_is_refused(tmp_path, given, says):
    with pytest.raises(ValueError, match=says):
        settings.white_box_settings(WhiteBoxConfig(**given), tmp_path)


def test_the_step_size_is_that_of_descent_after_a_warm_up_of_0():
    model, how = tiny.model(), Descent(0.1, warmup_share=0.0, final_share=0.0, weight_decay=0.5)
    found, schedule = settings.optimizers(model, how, 3, warmup=2)
    rates = []
    for _ in range(5):
        rates.append(found.param_groups[0]["lr"])
        found.step()
        schedule.step()
    assert rates == pytest.approx([0.0, 0.0, 0.1, 0.05, 0.0])
    assert found.param_groups[0]["betas"] == (0.9, 0.98)
    assert found.param_groups[0]["weight_decay"] == 0.5
    assert isinstance(found, torch.optim.AdamW)

"""The callback that begins, saves and resumes a discriminator with its trainer."""

from types import SimpleNamespace

import pytest
import torch

from labkit.llm.config import Descent
from labkit.llm.discriminator import Discriminator
from labkit.llm.gad.config import GadConfig
from labkit.llm.rollouts import Sampling
from labkit.llm.trl_backend.keeper import FILE, discriminator_keeper, newest_checkpoint
from labkit.llm.trl_backend.reward import DiscriminatorReward
from tests.helpers import tiny as small
from tests.helpers.llm import tiny_language as tiny
from tests.helpers.llm.tiny_tokenizer import tokenizer

ROWS = {
    "prompts": ["ab", "ab"],
    "completions": ["", ""],
    "completion_ids": [[2, 1], [3, 4, 1]],
    "teacher": ["b", "b"],
}


def keeper(resumed_from=None):
    asked = GadConfig(
        sampling=Sampling(tiny.EOS, 4),
        steps=9,
        discriminator=Descent(1e-2, warmup_share=0.0),
    )
    reward = DiscriminatorReward(Discriminator(tiny.model(1, 16), "sum"), tokenizer(), asked)
    found = discriminator_keeper(reward, resumed_from)
    found.reward = reward
    return found


def begin(found, folder, step=0):
    model = tiny.model().train()
    state = SimpleNamespace(global_step=step, is_world_process_zero=True)
    found.on_train_begin(SimpleNamespace(output_dir=folder), state, None, model=model)


def save(found, folder, step, first=True):
    (folder / f"checkpoint-{step}").mkdir(parents=True, exist_ok=True)
    state = SimpleNamespace(global_step=step, is_world_process_zero=first)
    found.on_save(SimpleNamespace(output_dir=folder), state, None)


def test_a_resumed_discriminator_goes_on_to_the_last_bit(tmp_path):
    straight = keeper()
    begin(straight, tmp_path / "other")
    scores = [straight.reward(**ROWS) for _ in range(4)]
    stopped = keeper()
    begin(stopped, tmp_path)
    told = [stopped.reward(**ROWS) for _ in range(2)]
    save(stopped, tmp_path, 2)
    again = keeper()
    begin(again, tmp_path, 2)
    told += [again.reward(**ROWS) for _ in range(2)]
    assert told == scores and again.reward.calls == 4
    assert small.equal(small.weights(again.reward.score), small.weights(straight.reward.score))


def test_another_folder_can_be_named(tmp_path):
    first = keeper()
    begin(first, tmp_path)
    first.reward(**ROWS)
    save(first, tmp_path, 1)
    again = keeper(tmp_path / "checkpoint-1")
    begin(again, tmp_path / "elsewhere", 1)
    assert again.reward.calls == 1


def test_only_the_first_process_writes(tmp_path):
    one = keeper()
    begin(one, tmp_path)
    save(one, tmp_path, 1, first=False)
    assert not (tmp_path / "checkpoint-1" / FILE).exists()


def test_a_checkpoint_without_discriminator_is_refused(tmp_path):
    (tmp_path / "checkpoint-3").mkdir()
    with pytest.raises(ValueError, match="checkpoint-3 holds no discriminator"):
        begin(keeper(), tmp_path, 3)


def test_the_newest_checkpoint_is_the_last_whole_one(tmp_path):
    assert newest_checkpoint(tmp_path / "nowhere") is None
    for step in (9, 10, 11):
        (tmp_path / f"checkpoint-{step}").mkdir()
    assert newest_checkpoint(tmp_path) is None
    for step in (9, 10):
        (tmp_path / f"checkpoint-{step}" / FILE).touch()
    assert newest_checkpoint(tmp_path) == tmp_path / "checkpoint-10"


def test_training_has_not_begun_before_the_trainer_says_so(tmp_path):
    one = keeper()
    kept = small.weights(one.reward.score)
    one.reward(**ROWS)
    assert small.equal(kept, small.weights(one.reward.score))
    begin(one, tmp_path)
    with torch.no_grad():
        one.reward(**ROWS)
    assert not small.equal(kept, small.weights(one.reward.score))

"""labkit's loop and TRL's GRPOTrainer in turns: the same tiny model, batch, answers and reward."""

import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec

import torch
from torch.nn.utils.rnn import pad_sequence

from labkit.llm.config import Descent
from labkit.llm.gad.config import GadConfig
from labkit.llm.gad.run import gad
from tests.benchmarks.llm import material
from tests.benchmarks.llm.rollouts import settings
from tests.benchmarks.measure import Line

PROMPTS, GROUP = 8, 4
WARM = 2
"""First steps that do not count."""


def lines(rounds: int, steps: int = 20) -> Iterator[Line]:
    """The ratio of processor seconds a step; nothing where TRL is not installed."""
    if find_spec("trl") is None:
        print("TRL is not installed, so nothing is timed against it: pip install 'labkit[llm]'")
        return
    ours, theirs = [], []
    for seed in range(rounds):
        ours.append(_labkit(steps, seed))
        theirs.append(_trl(steps, seed))
    ratio = material.middle(theirs) / material.middle(ours)
    note = f"{PROMPTS * GROUP} answers of 16 tokens, exact reward, KL to the start, {steps} steps"
    yield Line("seconds a step", "2x64 Llama", "labkit", material.middle(ours), "s", "", ours, note)
    yield Line(
        "seconds a step", "2x64 Llama", "TRL", material.middle(theirs), "s", "", theirs, note
    )
    yield Line("TRL over labkit", "2x64 Llama", "TRL", ratio, "x", ">= 2", [], note)


def _config(steps: int, seed: int) -> GadConfig:
    return GadConfig(
        steps=steps,
        batch_size=PROMPTS,
        group_size=GROUP,
        sampling=settings(),
        student=Descent(1e-4, warmup_share=0.0),
        kl=0.001,
        frozen=True,
        seed=seed,
    )


def _labkit(steps: int, seed: int) -> float:
    def score(pairs):
        return material.reward(pairs.answers)

    run = gad(material.llama(), score, material.prompts(64), _config(steps, seed))
    for _ in range(WARM):
        next(run)
    begun = time.process_time()
    for _ in run:
        pass
    return (time.process_time() - begun) / (steps - WARM)


def _trl(steps: int, seed: int) -> float:
    from datasets import Dataset
    from transformers import TrainerCallback
    from trl import GRPOConfig, GRPOTrainer

    from labkit.llm.trl_backend import settings as names
    from labkit.llm.trl_backend.student import first_weights

    def even(completion_ids, **columns):
        rows = pad_sequence([torch.tensor(one) for one in completion_ids], True, 1)
        return material.reward(rows).tolist()

    class Clock(TrainerCallback):
        begun = 0.0

        def on_step_begin(self, args, state, control, **given):
            if state.global_step == WARM:
                self.begun = time.process_time()

    tokens, asked = material.words(), material.prompts(64).prompts
    rows = [{"prompt": tokens.decode(ids)} for ids in asked]
    config, clock, student = _config(steps, seed), Clock(), material.llama()
    with tempfile.TemporaryDirectory() as folder:
        args = GRPOConfig(**names.gad_settings(config, folder) | {"save_strategy": "no"})
        args.logging_steps = steps
        with first_weights(student, args):
            trainer = GRPOTrainer(
                model=student,
                reward_funcs=even,
                args=args,
                train_dataset=Dataset.from_list(rows),
                processing_class=tokens,
                callbacks=[clock],
                optimizers=names.optimizers(student, config.student, steps),
            )
        trainer.train()
        return (time.process_time() - clock.begun) / (steps - WARM)

"""What each arm trains, all from the same start of their seed."""

from collections.abc import Callable, Iterator
from typing import Any, cast

from torch import nn

from labkit.experiments.llm.material import spent
from labkit.experiments.llm_prompt.model import BATCH, LONGEST_ANSWER, TRAINED_LAYERS, speaker
from labkit.experiments.llm_prompt_arms.half import halved
from labkit.experiments.llm_prompt_arms.material import Material, material, start
from labkit.experiments.llm_prompt_arms.measures import measured
from labkit.experiments.llm_prompt_arms.plan import HEATS, ArmRun
from labkit.experiments.result import Outcome
from labkit.experiments.trial import versions
from labkit.llm.causal import build_causal
from labkit.llm.config import Descent, RunConfig
from labkit.llm.discriminator import Discriminator, LogProbDiscriminator
from labkit.llm.gad.config import GadConfig
from labkit.llm.gad.run import gad
from labkit.llm.gakd import GakdConfig, gakd
from labkit.llm.rollouts import Sampling
from labkit.llm.seqkd import seqkd
from labkit.llm.white_box import WhiteBoxConfig, white_box

PLAY_BATCH, GROUP, LEASH = 4, 4, 0.02
"""Prompts of a step of GAD, answers to each, and the weight of its KL to the start."""
JUDGE_LAYERS = 10
"""Of SmolLM2's own first layers, from which GAD's discriminator is made."""
GAKD_JUDGE = (32, 1, 2)
"""Width, layers and heads of GAKD's discriminator, whose weights are fresh."""
JUDGE_RATE = 3e-4
Steps = Callable[[Any, Material, ArmRun], Iterator[Any]]


def measure(run: ArmRun) -> Outcome:
    """Train one arm and look at what it says to held-out questions; plain values."""
    found = material(run.scale)
    if run.arm == "teacher":
        told = measured(found.teacher.model, found, run.split, HEATS[:1], styled=True)
        return {**told, "cpu_seconds": 0.0, "cpu_seconds_before": 0.0, "versions": versions()}
    student, before = found.student(run.seed), start(found, run.seed).seconds
    seconds = spent(lambda: ARMS[run.arm](student, found, run)) if run.arm in ARMS else 0.0
    swept = run.arm == "seqkd_longer" and run.split == "test"
    told = measured(student, found, run.split, HEATS if swept else HEATS[:1])
    return {
        **told, "cpu_seconds": seconds, "cpu_seconds_before": before, "versions": versions()
    }  # fmt: skip


def steps_of(found: Material, run: ArmRun) -> int:
    """How many steps an arm takes after its start."""
    return found.scale.choice_steps if run.split == "validation" else found.scale.steps


def how_fast(run: ArmRun) -> Descent:
    """The student's descent, in a straight line from the chosen step size."""
    return Descent(run.rate, warmup_share=0.0)


def sampling(found: Material) -> Sampling:
    """How the student writes while it learns: at temperature 1."""
    end = int(found.teacher.tokenizer.eos_token_id)
    return Sampling(end, LONGEST_ANSWER, 1.0, draw="inverse")


def _longer(student: Any, found: Material, run: ArmRun) -> Iterator[Any]:
    config = RunConfig(steps_of(found, run), BATCH, how_fast(run), run.seed + 50)
    return seqkd(student, found.train, config)


def _white_box(divergence: str, own_share: float = 0.0) -> Steps:
    def steps(student: Any, found: Material, run: ArmRun) -> Iterator[Any]:
        config = WhiteBoxConfig(
            steps=steps_of(found, run),
            batch_size=BATCH,
            student=how_fast(run),
            seed=run.seed + 50,
            divergence=divergence,
            own_share=own_share,
            sampling=sampling(found) if own_share else None,
        )
        return white_box(student, found.behind, found.train, config)

    return steps


def _gakd(gan: float) -> Steps:
    def steps(student: Any, found: Material, run: ArmRun) -> Iterator[Any]:
        width, layers, heads = GAKD_JUDGE
        vocabulary, count = int(student.config.vocab_size), steps_of(found, run)
        trunk = build_causal(1, width, layers, heads, seed=run.seed)
        config = GakdConfig(
            steps=count,
            batch_size=BATCH,
            student=how_fast(run),
            discriminator=Descent(JUDGE_RATE, warmup_share=0.0, final_share=1.0),
            gan=gan,
            adversary_from=count // 4,
            seed=run.seed + 50,
        )
        judge = LogProbDiscriminator(trunk, vocabulary, run.seed)
        return gakd(student, found.behind, judge, found.train, config)

    return steps


def _gad(student: Any, found: Material, run: ArmRun) -> Iterator[Any]:
    config = GadConfig(
        steps=found.scale.play_steps,
        batch_size=PLAY_BATCH,
        group_size=GROUP,
        sampling=sampling(found),
        student=how_fast(run),
        discriminator=Descent(JUDGE_RATE, warmup_share=0.0, final_share=1.0),
        warmup_steps=found.scale.warmup_steps,
        kl=LEASH,
        seed=run.seed + 50,
    )
    return gad(student, Discriminator(judge_trunk(), "last", run.seed), found.train, config)


def judge_trunk(layers: int = JUDGE_LAYERS) -> Any:
    """SmolLM2's first layers as the body of a discriminator, of which the last ones learn."""
    trunk: Any = speaker(trained_layers=0).model
    kept = nn.ModuleList(list(trunk.model.layers)[:layers])
    for layer in kept[-TRAINED_LAYERS:]:
        cast(nn.Module, layer).requires_grad_(True)
    trunk.model.layers, trunk.config.num_hidden_layers = kept, len(kept)
    return halved(trunk)


ARMS: dict[str, Steps] = {
    "seqkd_longer": _longer,
    "forward_kl": _white_box("forward_kl"),
    "reverse_kl": _white_box("reverse_kl"),
    "jsd": _white_box("jsd"),
    "reverse_kl_own": _white_box("reverse_kl", 1.0),
    "gakd_without": _gakd(0.0),
    "gakd": _gakd(0.1),
    "gad": _gad,
}
"""The arms that learn after their start."""

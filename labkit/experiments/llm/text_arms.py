"""What each arm of the real-text study trains, all from the same start of their seed."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from labkit.experiments.llm.material import Trained, descent, spent
from labkit.experiments.llm.text_material import END, VOCABULARY, TextMaterial, cut, text_material
from labkit.experiments.llm.text_material import written_by as written
from labkit.experiments.llm.text_measures import HeldOut, judged
from labkit.experiments.llm.text_plan import LENGTHS, TEMPERATURES, TextRun
from labkit.experiments.result import Outcome
from labkit.experiments.trial import versions
from labkit.llm.causal import build_causal
from labkit.llm.config import Descent
from labkit.llm.discriminator import Discriminator, LogProbDiscriminator
from labkit.llm.gad.config import GadConfig
from labkit.llm.gad.run import gad
from labkit.llm.gakd import GakdConfig, gakd
from labkit.llm.rollouts import Sampling
from labkit.llm.seqkd import seqkd
from labkit.llm.white_box import WhiteBoxConfig, white_box

if TYPE_CHECKING:
    from transformers import PreTrainedModel

BATCH, PLAY_BATCH, GROUP = 64, 16, 8
"""Prompts a step; in GAD fewer, with a group of answers to each."""
LEASH = 0.02
JUDGE = (32, 1, 2)
"""Width, layers and heads of GAKD's discriminator."""
JUDGE_RATE, LIKELIHOOD_RATE = 2e-4, 1e-4
TEACHER_SEEDS = {"validation": 3, "test": 4, "other": 5}
"""Of the teacher's answers to held-out prompts."""
Steps = Callable[["PreTrainedModel", TextMaterial, TextRun], Iterator[Any]]


def measure(run: TextRun) -> Outcome:
    """Train one arm and compare it with the teacher at every temperature; plain values."""
    found = text_material(run.scale)
    trained, before = trained_by(run, found)
    told: dict[str, Any] = {
        "cpu_seconds": trained.seconds, "cpu_seconds_before": before, "versions": versions()
    }  # fmt: skip
    for name, split in {"answers": run.split, "elsewhere": "other"}.items():
        asked = found.prompts(split)
        own = cut(written(found.teacher, asked, TEACHER_SEEDS[split]), LENGTHS[run.length])
        held_out = HeldOut(own, LENGTHS[run.length])
        told[name] = {
            str(heat): judged(trained.model, found.teacher, held_out, heat) for heat in TEMPERATURES
        }
        told[f"prompts of {name}"] = len(own)
    return told


def trained_by(run: TextRun, found: TextMaterial) -> tuple[Trained, float]:
    """The student of an arm with the seconds of its own training, and those of what it needs."""
    if run.arm == "teacher":
        return Trained(found.teacher, 0.0), 0.0
    start = found.start(run.seed, run.length)
    if run.arm == "start":
        return start, 0.0
    proxy = found.proxy(run.length).seconds if run.arm in NEEDS_PROXY else 0.0
    steps = ARMS[run.arm]
    found.pairs(run.length), found.teacher
    seconds = spent(lambda: steps(start.model, found, run))
    return Trained(start.model, seconds), start.seconds + proxy


def how_fast(run: TextRun) -> Descent:
    """The student's descent, in a straight line from the chosen step size."""
    return Descent(run.rate, warmup_share=0.0)


def sampling(run: TextRun) -> Sampling:
    """How the student writes while it learns: at temperature 1."""
    return Sampling(END, LENGTHS[run.length])


def _longer(student: "PreTrainedModel", found: TextMaterial, run: TextRun) -> Iterator[Any]:
    config = descent(run.rate, found.scale.longer_steps, run.seed + 50)
    return seqkd(student, found.pairs(run.length), config)


def _white_box(divergence: str, own_share: float = 0.0) -> Steps:
    def steps(student: "PreTrainedModel", found: TextMaterial, run: TextRun) -> Iterator[Any]:
        config = WhiteBoxConfig(
            steps=found.scale.own_steps if own_share else found.scale.fixed_steps,
            batch_size=BATCH,
            student=how_fast(run),
            seed=run.seed,
            divergence=divergence,
            own_share=own_share,
            sampling=sampling(run) if own_share else None,
        )
        return white_box(student, found.teacher, found.pairs(run.length), config)

    return steps


def gakd_config(found: TextMaterial, run: TextRun) -> GakdConfig:
    """The settings that GAKD's arms share: the weights are those of the released code."""
    return GakdConfig(
        steps=found.scale.gakd_steps,
        batch_size=BATCH,
        student=how_fast(run),
        discriminator=Descent(JUDGE_RATE, warmup_share=0.0, final_share=1.0),
        adversary_from=found.scale.gakd_steps // 4,
        seed=run.seed,
    )


def _gakd(gan: float = 0.1, penalty: float = 1.0) -> Steps:
    def steps(student: "PreTrainedModel", found: TextMaterial, run: TextRun) -> Iterator[Any]:
        width, layers, heads = JUDGE
        trunk = build_causal(VOCABULARY, width, layers, heads, seed=run.seed)
        config = replace(gakd_config(found, run), gan=gan, penalty=penalty)
        judge = LogProbDiscriminator(trunk, VOCABULARY, run.seed)
        return gakd(student, found.teacher, judge, found.pairs(run.length), config)

    return steps


def _gad(frozen: bool = False) -> Steps:
    def steps(student: "PreTrainedModel", found: TextMaterial, run: TextRun) -> Iterator[Any]:
        trunk = copy.deepcopy(found.proxy(run.length).model)
        config = GadConfig(
            steps=found.scale.play_steps,
            batch_size=PLAY_BATCH,
            group_size=GROUP,
            sampling=sampling(run),
            student=how_fast(run),
            discriminator=Descent(LIKELIHOOD_RATE, warmup_share=0.0, final_share=1.0),
            kl=LEASH,
            frozen=frozen,
            seed=run.seed,
        )
        score = Discriminator(trunk, "likelihood", seed=run.seed)
        return gad(student, score, found.pairs(run.length), config)

    return steps


ARMS: dict[str, Steps] = {
    "seqkd_longer": _longer,
    "forward_kl": _white_box("forward_kl"),
    "reverse_kl": _white_box("reverse_kl"),
    "skew_reverse_kl": _white_box("skew_reverse_kl"),
    "jsd": _white_box("jsd"),
    "reverse_kl_own": _white_box("reverse_kl", 1.0),
    "gkd": _white_box("jsd", 0.5),
    "gakd_without": _gakd(gan=0.0),
    "gakd": _gakd(),
    "gakd_no_penalty": _gakd(penalty=0.0),
    "gad_likelihood": _gad(),
    "gad_likelihood_frozen": _gad(frozen=True),
}
NEEDS_PROXY = ("gad_likelihood", "gad_likelihood_frozen")
"""Arms whose time counts the larger model's training too."""

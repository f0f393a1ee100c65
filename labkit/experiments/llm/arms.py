"""What each arm of the word task trains, all from the same start of their seed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from labkit.compute import model_device
from labkit.experiments.llm import words as task
from labkit.experiments.llm.material import NEXT_RATE, Material, Trained, descent, material, spent
from labkit.experiments.llm.plan import PROXIES, TEMPERATURES, WordRun
from labkit.experiments.result import Outcome
from labkit.experiments.trial import versions
from labkit.llm.config import Descent
from labkit.llm.discriminator import Discriminator
from labkit.llm.gad.config import GadConfig
from labkit.llm.gad.run import Score, gad
from labkit.llm.rollouts import Sampling, rollout
from labkit.llm.seqkd import seqkd
from labkit.llm.tokens import Pairs
from labkit.llm.white_box import WhiteBoxConfig, white_box

if TYPE_CHECKING:
    from transformers import PreTrainedModel

GROUP = 8
LEASH = 0.02
RATE = 1e-3
"""Largest step size of the student in GAD and on-policy reverse KL."""
HEAD_RATE, LIKELIHOOD_RATE = 5e-4, 1e-4
"""Step sizes of a discriminator with a scalar head, and of one that starts as a likelihood."""
Steps = Callable[["PreTrainedModel", Material, WordRun], Iterator[Any]]


def measure(run: WordRun) -> Outcome:
    """Train one arm and ask it the held-out words at every temperature; plain values."""
    found = material(run.scale)
    trained, before = trained_by(run, found)
    held_out = getattr(found.words, run.split)
    answers = {str(heat): task.judged(trained.model, held_out, heat) for heat in TEMPERATURES}
    return {
        "answers": answers,
        "cpu_seconds": trained.seconds,
        "cpu_seconds_before": before,
        "words": len(held_out),
        "versions": versions(),
    }


def trained_by(run: WordRun, found: Material) -> tuple[Trained, float]:
    """The student of an arm with the seconds of its own training, and those of what it needs."""
    start, proxy = found.start(run.seed), found.proxy(run.seed % PROXIES)
    if run.arm == "start":
        return start, 0.0
    if run.arm == "proxy":
        return proxy, 0.0
    before = start.seconds + (proxy.seconds if run.arm in NEEDS_PROXY else 0.0)
    steps = ARMS[run.arm]
    return Trained(start.model, spent(lambda: steps(start.model, found, run))), before


def _longer(student: "PreTrainedModel", found: Material, run: WordRun) -> Iterator[Any]:
    config = descent(NEXT_RATE, found.scale.longer_steps, run.seed + 50)
    return seqkd(student, found.pairs, config)


def _proxy_text(student: "PreTrainedModel", found: Material, run: WordRun) -> Iterator[Any]:
    """The proxy's likeliest answer to each word, in place of the teacher's."""
    proxy = found.proxy(run.seed % PROXIES).model
    asked = task.taught(found.words.train, 1).to(model_device(proxy))
    greedy = Sampling(task.END, task.SAMPLING.max_tokens, 0.0)
    own = rollout(proxy, asked, greedy).pairs
    config = descent(NEXT_RATE, found.scale.text_steps, run.seed + 50)
    return seqkd(student, Pairs(*(part.cpu() for part in vars(own).values())), config)


def _filtered(student: "PreTrainedModel", found: Material, run: WordRun) -> Iterator[Any]:
    """The teacher's answers of one way alone: a hand that can sort them."""
    pairs = task.taught(found.words.train, 1, shares={"backwards": 1.0})
    config = descent(NEXT_RATE, found.scale.text_steps, run.seed + 50)
    return seqkd(student, pairs, config)


def _reverse_kl(student: "PreTrainedModel", found: Material, run: WordRun) -> Iterator[Any]:
    config = WhiteBoxConfig(
        steps=found.scale.play_steps,
        batch_size=found.scale.batch * GROUP,
        student=Descent(RATE, warmup_share=0.0),
        seed=run.seed,
        sampling=task.SAMPLING,
    )
    return white_box(student, found.proxy(run.seed % PROXIES).model, found.pairs, config)


def gad_config(found: Material, run: WordRun) -> GadConfig:
    """The settings that all GAD arms share; the discriminator's are those of a likelihood."""
    return GadConfig(
        steps=found.scale.play_steps,
        batch_size=found.scale.batch,
        group_size=GROUP,
        sampling=task.SAMPLING,
        student=Descent(RATE, warmup_share=0.0),
        discriminator=Descent(LIKELIHOOD_RATE, warmup_share=0.0, final_share=1.0),
        kl=LEASH,
        seed=run.seed,
    )


def gad_parts(found: Material, run: WordRun, kind: str) -> tuple[Discriminator, GadConfig]:
    """A discriminator on a proxy of its own, and the settings that its kind needs.

    kind: one of `discriminator.KINDS`; a scalar head gets its warm-up, a likelihood needs none
    """
    score = Discriminator(found.proxy(run.seed % PROXIES).model, kind, seed=run.seed)
    config = gad_config(found, run)
    if kind != "likelihood":
        fast = Descent(HEAD_RATE, warmup_share=0.0, final_share=1.0)
        config = replace(config, discriminator=fast, warmup_steps=found.scale.warmup_steps)
    return score, config


def _gad(kind: str, frozen: bool = False) -> Steps:
    def steps(student: "PreTrainedModel", found: Material, run: WordRun) -> Iterator[Any]:
        score, config = gad_parts(found, run, kind)
        return gad(student, score, found.pairs, replace(config, frozen=frozen))

    return steps


def _exact(student: "PreTrainedModel", found: Material, run: WordRun) -> Iterator[Any]:
    score: Score = task.exact_reward
    return gad(student, score, found.pairs, replace(gad_config(found, run), frozen=True))


ARMS: dict[str, Steps] = {
    "seqkd_longer": _longer,
    "seqkd_proxy_text": _proxy_text,
    "seqkd_filtered": _filtered,
    "reverse_kl_proxy": _reverse_kl,
    "gad_likelihood": _gad("likelihood"),
    "gad_likelihood_frozen": _gad("likelihood", frozen=True),
    "gad_sum": _gad("sum"),
    "gad_last": _gad("last"),
    "exact_reward": _exact,
}
"""exact_reward is the ceiling: it is told which answers are right, as no distillation is."""
NEEDS_PROXY = (
    "seqkd_proxy_text",
    "reverse_kl_proxy",
    "gad_likelihood",
    "gad_likelihood_frozen",
    "gad_sum",
    "gad_last",
)
"""Arms whose time counts the proxy's training too."""

"""Words, the student of each seed after its first SeqKD, and the proxies: made once, then read."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from torch import nn

from labkit import paths
from labkit.compute import place
from labkit.experiments.llm import words as task
from labkit.experiments.llm.plan import SCALES, WordScale
from labkit.files import fingerprint, lock_beside, locked
from labkit.llm.causal import build_causal
from labkit.llm.config import Descent, RunConfig
from labkit.llm.learner import each_once, put_back
from labkit.llm.seqkd import seqkd
from labkit.llm.tokens import Pairs
from labkit.training.checked_tensors import DamagedFile, read_tensors, write_tensors

if TYPE_CHECKING:
    from transformers import GPT2LMHeadModel

DATASETS = ("trec", "movies5")
"""Where the words come from: sets that `labkit prepare` has on every machine."""
STUDENT = (32, 1, 2)
"""Width, layers and heads: too small to hold three rules at once."""
PROXY = (64, 2, 4)
BATCH = 64
FIRST_RATE, PROXY_RATE, NEXT_RATE = 3e-3, 2.5e-3, 2e-3
PROXY_SEED = 99
PREPARED_SEEDS = (0, 1)
"""Of the students that the lesson starts from, each with the proxy of that number."""


@dataclass(frozen=True)
class Trained:
    """A model, and the processor seconds that its training took."""

    model: "GPT2LMHeadModel"
    seconds: float


@dataclass(frozen=True)
class Material:
    """The words of a scale and what was trained on them."""

    words: task.Words
    scale: WordScale
    folder: Path
    """Where trained models are kept."""

    @property
    def pairs(self) -> Pairs:
        """The train words with four answers of the teacher each."""
        return task.taught(self.words.train)

    def start(self, seed: int) -> Trained:
        """A student after its first SeqKD, which every arm of the seed starts from."""
        config = descent(FIRST_RATE, self.scale.start_steps, seed)
        return self._once("start", STUDENT, seed, config)

    def proxy(self, number: int) -> Trained:
        """A model larger than the student that learnt the same text of the teacher."""
        seed = PROXY_SEED + number
        return self._once("proxy", PROXY, seed, descent(PROXY_RATE, self.scale.proxy_steps, seed))

    def _once(self, what: str, size: tuple[int, int, int], seed: int, config: RunConfig) -> Trained:
        width, layers, heads = size
        model = build_causal(task.VOCABULARY, width, layers, heads, task.CONTEXT, seed)
        key = fingerprint([what, list(size), seed, config, list(self.words.train)])
        file = self.folder / f"{what}_{seed}_{key}.safetensors"
        return kept(file, model, lambda: seqkd(place(model), self.pairs, config))


def material(scale: str, folder: Path | None = None) -> Material:
    """The words of a scale, from the texts of `DATASETS`.

    folder: None for the cache
    """
    size = SCALES[scale]
    found = all_words()
    chosen = found if size.words is None else found[: size.words]
    words = task.split_words(chosen, size.validation, size.test)
    return Material(words, size, folder or paths.cache() / "llm" / scale)


def rows_mark(scale: str) -> str:
    """The fingerprint of the words that runs of this scale see; see `WordRun.rows`."""
    words = material(scale).words
    return fingerprint([list(words.train), list(words.validation), list(words.test)])[:12]


def prepare() -> None:
    """Train what lesson 06 starts from, about a minute and a half; a second call only looks."""
    found = material("classroom")
    for seed in PREPARED_SEEDS:
        found.start(seed)
        found.proxy(seed)


def is_prepared() -> bool:
    """Whether `prepare` has been here, by the names of its files."""
    folder = paths.cache() / "llm" / "classroom"
    named = [f"start_{seed}_*" for seed in PREPARED_SEEDS]
    named += [f"proxy_{PROXY_SEED + seed}_*" for seed in PREPARED_SEEDS]
    return all(any(folder.glob(f"{name}.safetensors")) for name in named)


@lru_cache(maxsize=1)
def all_words() -> Sequence[str]:
    """Every word of 4 and 5 letters in the texts of `DATASETS`."""
    from labkit.data.loading import study

    parts = [study(name) for name in DATASETS]
    rows = [part for one in parts for part in (one.train, one.validation, one.test)]
    return tuple(task.words_of(text for part in rows for text in part["text"]))


def descent(rate: float, steps: int, seed: int) -> RunConfig:
    """How SeqKD of the word task is trained."""
    return RunConfig(steps, BATCH, Descent(rate, warmup_share=min(0.5, 50 / steps)), seed)


def spent(run: Callable[[], Iterator[object]]) -> float:
    """Processor seconds of a run, from its first step to its last."""
    begun = time.process_time()
    for _ in run():
        pass
    return time.process_time() - begun


def kept(file: Path, model: "GPT2LMHeadModel", run: Callable[[], Iterator[object]]) -> Trained:
    """The model with the weights of the file; where there are none, trained and written.

    run: trains the model in place
    """
    with locked(lock_beside(file)):
        seconds = _read(file, model)
        if seconds is None:
            seconds = spent(run)
            write_tensors(file, each_once(model), {"seconds": seconds})
    return Trained(place(model), seconds)


def _read(file: Path, model: nn.Module) -> float | None:
    """Put the kept weights into the model; None where there are none that fit."""
    try:
        state, told = read_tensors(file)
        put_back(model, state)
    except (OSError, DamagedFile, ValueError):
        return None
    return float(told["seconds"])

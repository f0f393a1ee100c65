"""TREC's questions cut into prompt and answer, the teacher that writes on, and what starts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from labkit import paths
from labkit.compute import place
from labkit.experiments.llm.material import Trained, descent, kept
from labkit.experiments.llm.text_plan import LENGTHS, SCALES, TextScale
from labkit.files import fingerprint, lock_beside, locked, write_text
from labkit.llm.causal import build_causal
from labkit.llm.config import RunConfig
from labkit.llm.rollouts import Sampling, rollout
from labkit.llm.seqkd import seqkd
from labkit.llm.tokens import Pairs, pairs_of
from labkit.training.checked_tensors import DamagedFile, read_tensors, write_tensors
from labkit.training.marks import weights_key
from labkit.training.random_state import Chance

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import GPT2LMHeadModel

DATASET, OTHER = "trec", "movies5"
"""The questions, and snippets of film reviews, whose beginnings are another domain."""
VOCABULARY, END, PROMPT = 512, 0, 4
"""Tokens, the id of the end token, and the tokens of every prompt."""
CONTEXT = 32
TEACHER, PROXY, STUDENT = (128, 2, 4), (64, 2, 4), (16, 1, 2)
"""Width, layers and heads."""
TEACHER_RATE, PROXY_RATE, START_RATE = 2e-3, 3e-3, 1e-2
SHARPNESS = 2.0
"""The teacher's logits are multiplied by this: a small model at temperature 1 writes word salad."""


@dataclass(frozen=True)
class Texts:
    """Texts as they were published."""

    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]
    other: tuple[str, ...]
    """Of another domain, never trained on."""


@dataclass(frozen=True)
class TextMaterial:
    """The texts of a scale and what was trained on them."""

    texts: Texts
    scale: TextScale
    folder: Path
    """Where trained models are kept."""

    @cached_property
    def tokenizer(self) -> "Tokenizer":
        """Pieces of words, learnt from the training questions alone, once on each machine."""
        from tokenizers import Tokenizer

        # Two trainings may number equally frequent pieces differently, and then no kept model fits.
        file = self.folder / f"pieces_{fingerprint(list(self.texts.train))}.json"
        with locked(lock_beside(file)):
            if not file.exists():
                write_text(file, learn_pieces(self.texts.train).to_str())
        return Tokenizer.from_str(file.read_text(encoding="utf-8"))

    @cached_property
    def questions(self) -> Pairs:
        """The training questions: the first tokens as prompt, the rest as answer."""
        return cut_questions(self.tokenizer, self.texts.train, max(LENGTHS.values()))

    def prompts(self, split: str) -> Pairs:
        """Held-out prompts: of "validation", "test" or "other"."""
        texts = getattr(self.texts, split)
        return cut_questions(self.tokenizer, texts, max(LENGTHS.values())).rows(
            torch.arange(self.scale.held_out)
        )

    @cached_property
    def teacher(self) -> "GPT2LMHeadModel":
        """The model that is distilled; its logits are those that it writes with."""
        config = descent(TEACHER_RATE, self.scale.teacher_steps, 1)
        model = self._once("teacher", TEACHER, self.questions, config).model
        return sharpened(model, SHARPNESS)

    @cached_property
    def long_pairs(self) -> Pairs:
        """Training prompts with the teacher's own answers, several each."""
        teacher, asked = self.teacher, self.questions.repeat(self.scale.samples)
        file = self.folder / f"answers_{weights_key(teacher)}_{asked.mark()}.safetensors"
        with locked(lock_beside(file)):
            try:
                found, _ = read_tensors(file)
            except (OSError, DamagedFile):
                found = vars(written_by(teacher, asked, 11))
                write_tensors(file, found, {})
        return Pairs(**found)

    def pairs(self, length: str) -> Pairs:
        """What students read: the teacher's answers, cut as the student's own are."""
        return cut(self.long_pairs, LENGTHS[length])

    def start(self, seed: int, length: str) -> Trained:
        """A student after its first SeqKD, which every arm of the seed starts from."""
        config = descent(START_RATE, self.scale.start_steps, seed)
        return self._once("start", STUDENT, self.pairs(length), config)

    def proxy(self, length: str) -> Trained:
        """A model larger than the student that learnt the teacher's text by heart."""
        config = descent(PROXY_RATE, self.scale.proxy_steps, 99)
        return self._once("proxy", PROXY, self.pairs(length), config)

    def _once(
        self, what: str, size: tuple[int, int, int], pairs: Pairs, config: RunConfig
    ) -> Trained:
        width, layers, heads = size
        model = build_causal(VOCABULARY, width, layers, heads, CONTEXT, config.seed)
        key = fingerprint([what, list(size), config, pairs.mark()])
        file = self.folder / f"{what}_{config.seed}_{key}.safetensors"
        return kept(file, model, lambda: seqkd(place(model), pairs, config))


@lru_cache(maxsize=2)
def text_material(scale: str) -> TextMaterial:
    """The texts of a scale, with its models in the cache."""
    return TextMaterial(all_texts(scale), SCALES[scale], paths.cache() / "llm" / f"text_{scale}")


def all_texts(scale: str) -> Texts:
    """The questions of TREC by split, in lower case, and snippets of film reviews."""
    from labkit.data.loading import study

    found, other = study(DATASET), study(OTHER)
    parts = (found.train, found.validation, found.test, other.test)
    train, *rest = (tuple(text.lower() for text in part["text"]) for part in parts)
    return Texts(train[: SCALES[scale].questions], *rest)


def rows_mark(scale: str) -> str:
    """The fingerprint of the texts that runs of this scale see; see `TextRun.rows`."""
    texts = text_material(scale).texts
    return fingerprint([list(part) for part in vars(texts).values()])[:12]


def learn_pieces(texts: Sequence[str]) -> "Tokenizer":
    """Byte-pair encoding with `VOCABULARY` pieces; the end token is number 0."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    found = Tokenizer(models.BPE())
    found.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    found.decoder = decoders.ByteLevel()
    how = trainers.BpeTrainer(vocab_size=VOCABULARY, special_tokens=["<end>"], show_progress=False)
    found.train_from_iterator(texts, how)
    return found


def cut_questions(tokenizer: "Tokenizer", texts: Sequence[str], longest: int) -> Pairs:
    """The first `PROMPT` tokens of each text as prompt, the rest with its end as answer.

    Texts without two tokens beyond their prompt are left out.
    """
    rows = [one.ids for one in tokenizer.encode_batch(list(texts))]
    rows = [ids for ids in rows if len(ids) >= PROMPT + 2]
    whole = [[*ids[PROMPT:], END] for ids in rows]
    ended = [len(ids) <= longest for ids in whole]
    return pairs_of([ids[:PROMPT] for ids in rows], [ids[:longest] for ids in whole], ended, END)


def cut(pairs: Pairs, longest: int) -> Pairs:
    """The same answers, cut to at most `longest` tokens; one that is cut has not ended."""
    lengths = pairs.answer_lengths
    return Pairs(
        pairs.prompts,
        pairs.prompt_lengths,
        pairs.answers[:, :longest],
        lengths.clamp(max=longest),
        pairs.ended & (lengths <= longest),
    )


def written_by(model: "GPT2LMHeadModel", prompts: Pairs, seed: int, heat: float = 1.0) -> Pairs:
    """The model's own answers to these prompts, on the CPU, drawn by this seed alone."""
    where = next(model.parameters()).device
    how = Sampling(END, max(LENGTHS.values()), heat)
    with Chance(seed, where).mine():
        own = rollout(model, prompts.to(where), how).pairs
    return own.to(torch.device("cpu"))


@torch.no_grad()
def sharpened(model: "GPT2LMHeadModel", factor: float) -> "GPT2LMHeadModel":
    """The same model with logits `factor` times as large, as if it wrote at 1 / factor.

    The factor goes into the last normalisation, so whoever reads the logits reads those that the
    text was written with.
    """
    last = model.transformer.ln_f
    last.weight.mul_(factor)
    last.bias.mul_(factor)
    return model

"""The word task: a teacher rewrites a word in one of three exact ways, so no judge is needed."""

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from labkit.llm.measures import distinct, ended_share, mean_length
from labkit.llm.rollouts import Sampling, rollout
from labkit.llm.scoring import sequence_log_probs
from labkit.llm.tokens import Pairs, pairs_of
from labkit.training.random_state import Chance

if TYPE_CHECKING:
    from transformers import PreTrainedModel

STYLES: Mapping[str, Callable[[str], str]] = {
    "backwards": lambda word: word[::-1],
    "latin": lambda word: word[1:] + word[0] + "ay",
    "sorted": lambda word: "".join(sorted(word)),
}
"""Name -> the teacher's rule; an answer that fits several counts for the first of them."""
SHARES: Mapping[str, float] = {"backwards": 0.40, "latin": 0.35, "sorted": 0.25}
"""How often the teacher answers in each way."""
LENGTHS = (4, 5)
"""Letters of the words."""
END, ASK, FIRST = 1, 2, 3
"""Token ids: the end of an answer, the end of a prompt, the letter a."""
VOCABULARY = FIRST + 26
CONTEXT = 16
SAMPLING = Sampling(END, max_tokens=max(LENGTHS) + 3)
"""The longest right answer with its end token."""


@dataclass(frozen=True)
class Words:
    """Words that no two splits share."""

    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]


def words_of(texts: Iterable[str]) -> list[str]:
    """All words of 4 and 5 plain letters in these texts, in the order of the alphabet."""
    low, high = LENGTHS
    found = {
        word for text in texts for word in re.findall(r"(?<![\w'])[a-z]+(?![\w'])", text.lower())
    }
    return sorted(word for word in found if low <= len(word) <= high)


def split_words(words: Sequence[str], validation: int = 300, test: int = 400) -> Words:
    """The words in a fixed random order, cut into three.

    errors: ValueError when no word is left for training
    """
    if len(words) <= validation + test:
        raise ValueError(f"got {len(words)} words, wanted more than {validation} + {test}")
    mixed = sorted(words)
    random.Random(0).shuffle(mixed)
    rest = validation + test
    return Words(tuple(mixed[rest:]), tuple(mixed[test:rest]), tuple(mixed[:test]))


def taught(
    words: Sequence[str],
    samples: int = 4,
    seed: int = 0,
    shares: Mapping[str, float] = SHARES,
) -> Pairs:
    """Each word with `samples` of the teacher's answers, each in a way drawn by the shares."""
    chance = random.Random(seed)
    asked = [word for word in words for _ in range(samples)]
    chosen = [chance.choices(list(shares), list(shares.values()))[0] for _ in asked]
    said = [STYLES[style](word) for word, style in zip(asked, chosen, strict=True)]
    return written(asked, said)


def written(words: Sequence[str], answers: Sequence[str]) -> Pairs:
    """Words and whole answers as token ids, one token a letter."""
    return pairs_of(
        [[*_ids(word), ASK] for word in words],
        [[*_ids(answer), END] for answer in answers],
        [True] * len(words),
    )


def _ids(text: str) -> list[int]:
    return [FIRST + ord(letter) - ord("a") for letter in text]


def read(ids: Sequence[int]) -> str:
    """Token ids as letters; what is no letter becomes a question mark."""
    return "".join(chr(ord("a") + one - FIRST) if one >= FIRST else "?" for one in ids)


def said_by(pairs: Pairs) -> list[tuple[str, str]]:
    """Word and answer of each pair; an answer without its end reads as one that ends in "?"."""
    rows = zip(
        pairs.prompts.tolist(),
        pairs.prompt_lengths.tolist(),
        pairs.answers.tolist(),
        pairs.answer_lengths.tolist(),
        pairs.ended.tolist(),
        strict=True,
    )
    return [
        (read(prompt[-asked:-1]), read(answer[: length - 1]) if ended else read(answer) + "?")
        for prompt, asked, answer, length, ended in rows
    ]


def style_of(word: str, answer: str) -> str | None:
    """The first way that gives this answer to the word; None for a wrong answer."""
    return next((name for name, rule in STYLES.items() if rule(word) == answer), None)


def exact_reward(pairs: Pairs) -> Tensor:
    """1 for an answer that is right in one of the three ways, 0 for another, (n,) float32."""
    right = [float(style_of(*both) is not None) for both in said_by(pairs)]
    return torch.tensor(right, device=pairs.answers.device)


def own_answers(
    model: "PreTrainedModel", words: Sequence[str], temperature: float, seed: int = 7
) -> Pairs:
    """What a model answers to each word at one temperature; 0 takes the likeliest token.

    The reader's own random numbers stay as they were.
    """
    where = next(model.parameters()).device
    how = Sampling(END, SAMPLING.max_tokens, temperature)
    with Chance(seed, where).mine():
        return rollout(model, written(words, ["a"] * len(words)).to(where), how).pairs


def judged(
    model: "PreTrainedModel", words: Sequence[str], temperature: float, seed: int = 7
) -> dict[str, float]:
    """What a model answers at one temperature, two answers to each word; 0 takes the likeliest.

    right and the three styles: shares of all answers, in [0, 1]; style_entropy: of the right ones,
    nats, log 3 when all ways are alike; length in tokens; forward_kl: see `forward_kl`
    """
    own = own_answers(model, [word for word in words for _ in range(2)], temperature, seed)
    counts = Counter(style_of(*both) for both in said_by(own))
    found = {style: counts[style] / len(own) for style in STYLES}
    right = sum(found.values())
    whole = {"right": right, **found, "style_entropy": _entropy(list(found.values()))}
    whole |= {"length": mean_length(own), "ended": ended_share(own), "distinct_2": distinct(own)}
    return whole | {"forward_kl": forward_kl(model, words, temperature)}


def _entropy(shares: Sequence[float]) -> float:
    whole = sum(shares)
    return sum(-share / whole * math.log(share / whole) for share in shares if share)


@torch.no_grad()
def forward_kl(model: "PreTrainedModel", words: Sequence[str], temperature: float = 1.0) -> float:
    """KL(teacher || model) of whole answers, exact, nats per word: what a model does not cover.

    temperature: at which the model is sampled; nan at 0, where it is infinite or 0
    Ways that give one word the same answer are one answer here, as they are for a student.
    """
    if temperature == 0:
        return math.nan
    asked, said, chance = [], [], []
    for word in words:
        own: Counter[str] = Counter()
        for style, share in SHARES.items():
            own[STYLES[style](word)] += share  # type: ignore[assignment]
        asked += [word] * len(own)
        said += list(own)
        chance += list(own.values())
    where = next(model.parameters()).device
    log_q = sequence_log_probs(model, written(asked, said).to(where), temperature).cpu()
    p = torch.tensor(chance)
    return ((p * (p.log() - log_q)).sum() / len(words)).item()

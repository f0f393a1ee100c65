"""What a language model thinks of an answer: logits and log-probabilities of its tokens."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from labkit.compute import autocast, model_device
from labkit.llm.tokens import Pairs
from labkit.losses.arguments import check_temperature

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@contextmanager
def in_eval(model: nn.Module) -> Iterator[None]:
    """Inside, dropout is off; afterwards the model is in the mode it came in."""
    was_training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(was_training)


def inputs_of(pairs: Pairs, context: int | None = None) -> dict[str, Any]:
    """What a transformers model is called with to read prompts and answers in one row.

    context: how many tokens the model can read; see `context_length`
    Places after an answer need no mask, since no earlier place sees them and losses leave them
    out; places before a prompt need one, and positions that begin behind them. A row of the
    longest prompt beside the longest answer may be wider than the context though no text is.
    """
    ids = torch.cat([pairs.prompts, pairs.answers], 1)
    wide = context is not None and ids.shape[1] > context
    if not wide and bool((pairs.prompt_lengths == pairs.prompts.shape[1]).all()):
        return {"input_ids": ids}
    mask = torch.cat([pairs.prompt_mask, torch.ones_like(pairs.mask)], 1)
    places = positions(mask)
    if context is not None:
        places = places.clamp(max=context - 1)
    return {"input_ids": ids, "attention_mask": mask.long(), "position_ids": places}


def positions(mask: Tensor) -> Tensor:
    """Where each token stands in its own text, from 0; 0 for what fills the left."""
    return (mask.long().cumsum(1) - 1).clamp(min=0)


def answer_logits(model: "PreTrainedModel", pairs: Pairs, precision: str = "float32") -> Tensor:
    """The forecast of each token of the answers, float32 (n, answer width, vocabulary).

    pairs: on the model's device
    Only the last places go through the vocabulary, which costs most of a small model's time.
    errors: ValueError for texts longer than the model can read
    """
    check_context(model, pairs)
    where = model_device(model)
    with autocast(where, precision):
        kept = pairs.answers.shape[1] + 1
        given = inputs_of(pairs, context_length(model))
        output = model(**given, use_cache=False, logits_to_keep=kept)
    logits: Tensor = output.logits[:, :-1].float()
    return logits


def log_probs_of(logits: Tensor, answers: Tensor, temperature: float = 1.0) -> Tensor:
    """log q of each token of the answers, (n, answer width), at the temperature of sampling."""
    check_temperature(temperature)
    log_q = (logits / temperature).log_softmax(-1)
    return log_q.gather(2, answers[..., None]).squeeze(2)


def token_log_probs(
    model: "PreTrainedModel", pairs: Pairs, temperature: float = 1.0, precision: str = "float32"
) -> Tensor:
    """log q of each token of the answers, (n, answer width); see `answer_logits`.

    Trap: for a ratio to what was sampled the temperature must be that of sampling, or it is not 1
    even before the first update.
    """
    return log_probs_of(answer_logits(model, pairs, precision), pairs.answers, temperature)


def sequence_log_probs(model: "PreTrainedModel", pairs: Pairs, temperature: float = 1.0) -> Tensor:
    """log q of each whole answer, (n,), in nats."""
    return (token_log_probs(model, pairs, temperature) * pairs.mask).sum(1)


def check_context(model: "PreTrainedModel", pairs: Pairs) -> None:
    """ValueError when a prompt and its answer together are longer than the model can read."""
    lengths = pairs.prompt_lengths + pairs.answer_lengths
    longest = int(lengths.argmax())
    limit = context_length(model)
    if limit is not None and int(lengths[longest]) > limit:
        raise ValueError(
            f"got a prompt of {int(pairs.prompt_lengths[longest])} tokens with an answer of "
            f"{int(pairs.answer_lengths[longest])} (pair {longest}), together "
            f"{int(lengths[longest])}, wanted at most the model's {limit}; cut or drop the long "
            "ones before training"
        )


def check_readable(model: "PreTrainedModel", pairs: Pairs) -> None:
    """ValueError when the texts are too long for the model or hold tokens that it does not know."""
    check_context(model, pairs)
    largest = int(torch.stack([pairs.prompts.max(), pairs.answers.max()]).max())
    if largest >= model.config.vocab_size:
        raise ValueError(
            f"got texts with token {largest}, wanted ids below the model's vocabulary of "
            f"{model.config.vocab_size}; encode them with the model's own tokenizer"
        )


def context_length(model: "PreTrainedModel") -> int | None:
    """How many tokens the model can read at once; None where its configuration does not say."""
    found = getattr(model.config, "max_position_embeddings", None)
    return None if found is None else int(found)


def check_vocabulary(student: "PreTrainedModel", teacher: "PreTrainedModel") -> None:
    """ValueError unless both models write the same number of tokens."""
    ours, theirs = (int(model.config.vocab_size) for model in (student, teacher))
    if ours != theirs:
        raise ValueError(
            f"got a student of {ours} tokens and a teacher of {theirs}, wanted one vocabulary: "
            "logits can only be compared token by token. Resize the larger one if its last ids are "
            "unused, or learn from the teacher's text with seqkd or gad"
        )

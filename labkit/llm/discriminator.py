"""Discriminators: a score for a prompt with its answer, or for a row of log-probabilities."""

from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor, nn

from labkit.llm.scoring import check_context, context_length, inputs_of, log_probs_of
from labkit.llm.tokens import Pairs, length_mask

if TYPE_CHECKING:
    from transformers import PreTrainedModel

KINDS = ("last", "sum", "likelihood")


class Discriminator(nn.Module):
    """A language model with a head: how much an answer looks like the teacher's, (n,) float32.

    Source: GAD, Ye et al. 2025 (arXiv:2511.10643), section 3.2, which is "last". "sum" adds the
    head's values of all tokens of the answer. "likelihood" adds the trunk's own log p(answer), so
    its score starts as a likelihood and not at chance: take a trunk that has learnt the teacher's
    text by SeqKD and is larger than the student.

    trunk: becomes part of the discriminator and learns with it; give a copy of its own
    kind:  one of `KINDS`
    errors: ValueError for another kind

    Traps: "sum" and "likelihood" change with the answer's length, "last" need not; look at the
    correlation of score and length before a gain is believed. Each token makes a likelihood
    smaller, so to "likelihood" a student that is hardly ever right does best by saying nothing:
    give it a longer SeqKD first.
    """

    def __init__(self, trunk: "PreTrainedModel", kind: str = "last", seed: int = 0) -> None:
        super().__init__()
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {KINDS}, got {kind!r}")
        self.trunk, self.kind = trunk, kind
        where = next(trunk.parameters()).device
        self.head = _head(trunk.config.hidden_size, seed, zero=kind == "likelihood").to(where)
        self.log_p_weight = nn.Parameter(
            torch.ones((), device=where), requires_grad=kind == "likelihood"
        )

    def forward(self, pairs: Pairs) -> Tensor:
        """The scores of the answers; pairs lie on the trunk's device."""
        if self.kind == "likelihood":
            return self._likelihood(pairs)
        check_context(self.trunk, pairs)
        given = inputs_of(pairs, context_length(self.trunk))
        output = self.trunk.base_model(**given, use_cache=False)
        values = self._values(output.last_hidden_state, pairs)
        if self.kind == "sum":
            return (values * pairs.mask).sum(1)
        return values.gather(1, pairs.answer_lengths[:, None] - 1).squeeze(1)

    def extra_repr(self) -> str:
        """The kind, by which a run's folder knows one discriminator from another too."""
        return self.kind

    def _likelihood(self, pairs: Pairs) -> Tensor:
        check_context(self.trunk, pairs)
        kept = pairs.answers.shape[1] + 1
        given = inputs_of(pairs, context_length(self.trunk))
        output = self.trunk(
            **given, use_cache=False, logits_to_keep=kept, output_hidden_states=True
        )
        log_p = log_probs_of(output.logits[:, :-1].float(), pairs.answers)
        values = self._values(output.hidden_states[-1], pairs)
        return ((self.log_p_weight * log_p + values) * pairs.mask).sum(1)

    def _values(self, hidden: Tensor, pairs: Pairs) -> Tensor:
        """The head's value at each token of the answers, (n, answer width)."""
        own = hidden[:, pairs.prompts.shape[1] :]
        return cast(Tensor, self.head(own.float())).squeeze(-1)


class LogProbDiscriminator(nn.Module):
    """A score for a row of next-token log-probabilities, (n,): teacher's or student's?

    Source: GAKD (Generative Adversarial Knowledge Distillation, 2025), whose released code reads
    raw logits and the last place of a padded row. Here it reads log-probabilities, since logits
    give their side away by scale and offset alone, and the last token that counts.

    trunk: a model of transformers that takes `inputs_embeds`; vocabulary: size of the rows
    """

    def __init__(self, trunk: "PreTrainedModel", vocabulary: int, seed: int = 0) -> None:
        super().__init__()
        self.trunk = trunk
        width = trunk.config.hidden_size
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.narrow = nn.Linear(vocabulary, width, bias=False)
        self.head = _head(width, seed, zero=False)
        self.to(next(trunk.parameters()).device)

    def forward(self, log_probs: Tensor, lengths: Tensor) -> Tensor:
        """Scores of log-probabilities (n, tokens, vocabulary) of answers of these lengths (n,).

        What stands behind an answer's end changes nothing.
        """
        counts = length_mask(lengths, log_probs.shape[1])
        rows = self.narrow(log_probs.masked_fill(~counts[..., None], 0.0))
        hidden = self.trunk.base_model(inputs_embeds=rows, use_cache=False).last_hidden_state
        values = cast(Tensor, self.head(hidden)).squeeze(-1)
        return values.gather(1, lengths[:, None] - 1).squeeze(1)


def _head(width: int, seed: int, zero: bool) -> nn.Linear:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        head = nn.Linear(width, 1)
        nn.init.normal_(head.weight, std=0.0 if zero else 0.02)
    nn.init.zeros_(head.bias)
    return head

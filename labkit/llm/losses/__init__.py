"""Losses on token sequences: divergences, policy gradient, adversary; masks come from lengths."""

from labkit.llm.losses.adversarial import (
    centring_penalty,
    gradient_penalty,
    group_bradley_terry,
)
from labkit.llm.losses.divergences import (
    DIVERGENCES,
    forward_kl,
    jsd,
    reverse_kl,
    sequence_nll,
    skew_forward_kl,
    skew_reverse_kl,
)
from labkit.llm.losses.policy import group_advantages, k3_kl, policy_loss
from labkit.losses.preference import bradley_terry

__all__ = [
    "DIVERGENCES",
    "bradley_terry",
    "centring_penalty",
    "forward_kl",
    "gradient_penalty",
    "group_advantages",
    "group_bradley_terry",
    "jsd",
    "k3_kl",
    "policy_loss",
    "reverse_kl",
    "sequence_nll",
    "skew_forward_kl",
    "skew_reverse_kl",
]

"""One function per equation: distillation losses that know nothing but tensors.

`labkit.losses` hands out all of them; the files behind it hold one idea each.
"""

from labkit.losses.arguments import LossWarning
from labkit.losses.decoupled import decoupled_kl, nontarget_class_kl, target_class_kl
from labkit.losses.features import correlation, patience, relation_angle, relation_distance
from labkit.losses.kl import soft_kl
from labkit.losses.preference import bradley_terry
from labkit.losses.standardised import zscore, zscore_kl
from labkit.losses.vae import vae_loss

__all__ = [
    "LossWarning",
    "bradley_terry",
    "correlation",
    "decoupled_kl",
    "nontarget_class_kl",
    "patience",
    "relation_angle",
    "relation_distance",
    "soft_kl",
    "target_class_kl",
    "vae_loss",
    "zscore",
    "zscore_kl",
]

"""Learning from rewards of whole answers: advantages in a group, clipped policy loss, leash."""

import torch
from torch import Tensor

from labkit.llm.losses.arguments import check_mask, counted
from labkit.losses.arguments import check_float, check_same_shape

SCALES = ("std", "none")
REDUCTIONS = ("tokens", "sequences")


def group_advantages(rewards: Tensor, scale: str = "std", eps: float = 1e-6) -> Tensor:
    """How much better each answer is than the others to its prompt.

    Source: GRPO, Shao et al. 2024 (arXiv:2402.03300), section 4.1.2; "none" is Dr. GRPO, Liu et
    al. 2025 (arXiv:2503.20783).

    rewards: (prompts, samples), 2 samples or more
    scale:   "std" divides by the group's standard deviation (n - 1) plus eps, "none" does not
    returns (prompts, samples) without gradient; 0 in a group whose rewards are all equal
    errors: ValueError for one sample for each prompt, or rewards that are not finite

    Trap: "std" makes every difference about 1 large, also one that is nothing but noise of the
    reward; look at the rewards' own spread.
    """
    if scale not in SCALES:
        raise ValueError(f"got scale {scale!r}, wanted one of {SCALES}")
    check_rewards(rewards)
    rewards = rewards.detach()
    above = rewards - rewards.mean(1, keepdim=True)
    # The mean of equal numbers may miss them by a rounding, which the division would blow up.
    constant = (rewards == rewards[:, :1]).all(1, keepdim=True)
    above = above.masked_fill(constant, 0.0)
    return above if scale == "none" else above / (rewards.std(1, keepdim=True) + eps)


def check_rewards(rewards: Tensor) -> None:
    """ValueError unless the rewards are finite and come in groups of 2 or more."""
    check_float(rewards, "rewards")
    if rewards.ndim != 2 or rewards.shape[1] < 2:
        raise ValueError(
            f"got rewards of shape {tuple(rewards.shape)}, wanted (prompts, samples) with 2 "
            "samples or more: one answer has nothing to be better than; raise group_size"
        )
    if not torch.isfinite(rewards).all():
        row = int((~torch.isfinite(rewards)).nonzero()[0, 0])
        raise ValueError(
            f"got rewards that are NaN or infinite (the first for prompt {row}), wanted finite "
            "ones; look at what the discriminator or the reward function says to that answer"
        )


def policy_loss(
    new: Tensor,
    old: Tensor,
    advantages: Tensor,
    mask: Tensor,
    clip: float = 0.2,
    reduction: str = "tokens",
) -> Tensor:
    """The clipped policy loss: answers of positive advantage become likelier, not by much at once.

    Source: PPO, Schulman et al. 2017 (arXiv:1707.06347), eq. 7, with one advantage for all tokens
    of an answer.

    new, old:   (n, tokens) log-probabilities of the sampled tokens at the sampling temperature;
                the gradient flows to `new` alone
    advantages: (n,)
    mask:       (n, tokens) bool
    clip:       how far the ratio of probabilities may leave 1 before the gradient stops, > 0
    reduction:  "tokens" = mean over all counted tokens, "sequences" = mean of each answer's mean
    returns a scalar without unit
    errors: ValueError for shapes that do not fit, or an answer without tokens with "sequences"

    Trap: the two reductions are two methods. "sequences" lets each token of a long answer count
    less, so a bad answer is cheaper when it is long.
    """
    _check_reduction(reduction)
    if not clip > 0:
        raise ValueError(f"got clip {clip}, wanted a number above 0")
    check_same_shape(new, old, "new log-probabilities", "old log-probabilities")
    if advantages.shape != new.shape[:1]:
        raise ValueError(
            f"got advantages of shape {tuple(advantages.shape)}, wanted ({len(new)},): one for "
            "each answer"
        )
    ours, before = (counted(each, mask, "log-probabilities") for each in (new, old.detach()))
    ratio = (ours - before).exp()
    gain = advantages.detach().to(ratio.dtype)[:, None].expand(mask.shape)[mask]
    per_token = -torch.minimum(ratio * gain, ratio.clamp(1 - clip, 1 + clip) * gain)
    return _reduced(per_token, mask, reduction)


def _check_reduction(reduction: str) -> None:
    if reduction not in REDUCTIONS:
        raise ValueError(f"got reduction {reduction!r}, wanted one of {REDUCTIONS}")


def _reduced(per_token: Tensor, mask: Tensor, reduction: str) -> Tensor:
    return per_token.mean() if reduction == "tokens" else _of_sequences(per_token, mask)


def _of_sequences(per_token: Tensor, mask: Tensor) -> Tensor:
    if not mask.any(1).all():
        raise ValueError("got an answer without counted tokens, wanted at least one in each")
    spread = per_token.new_zeros(mask.shape).masked_scatter(mask, per_token)
    return (spread.sum(1) / mask.sum(1)).mean()


def k3_kl(new: Tensor, reference: Tensor, mask: Tensor, reduction: str = "tokens") -> Tensor:
    """An estimate, never below 0, of KL(student || reference) from the student's own tokens.

    Source: Schulman 2020, "Approximating KL divergence", estimator k3; as a loss in GRPO, Shao et
    al. 2024 (arXiv:2402.03300), eq. 4, inside the same mean as the policy loss (eq. 3).

    new, reference: (n, tokens) log-probabilities of sampled tokens; gradient to `new` alone
    mask:           (n, tokens) bool
    reduction:      "tokens" or "sequences", as in `policy_loss`: that of the loss beside it
    returns a scalar in nats per token; 0 when both agree
    errors: ValueError for shapes that do not fit, or an answer without tokens with "sequences"

    Trap: its value estimates KL(student || reference), but its gradient, token by token, is that
    of KL(reference || student): the leash pulls the other way round than its name says.
    """
    _check_reduction(reduction)
    check_mask(mask)
    check_same_shape(new, reference, "log-probabilities", "reference log-probabilities")
    ours = counted(new, mask, "log-probabilities")
    theirs = counted(reference.detach(), mask, "reference log-probabilities")
    apart = theirs - ours
    return _reduced(apart.expm1() - apart, mask, reduction)

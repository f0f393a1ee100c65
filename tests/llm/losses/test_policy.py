"""Advantages in a group, the clipped policy loss and the leash, worked by hand."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from labkit.llm import losses
from labkit.llm.tokens import length_mask
from tests.helpers.gradients import gradient
from tests.helpers.properties import many

REWARDS = torch.tensor(
    [
        [0.39733866159012243, 1.892600175374829, -0.8850408865897049, -1.6645348844478025],
        [1.3139731974375781, 1.3259384601643667, -1.6556529381713054, -0.8992949290692029],
        [0.75, 0.75, 0.75, 0.75],
    ],
    dtype=torch.float64,
)
# verl, compute_grpo_outcome_advantage, run on the rewards above: unbiased deviation, eps 1e-6.
REFERENCE = [
    [0.29679805040359497, 1.2568689584732056, -0.5265864729881287, -1.0270805358886719],
    [0.8443185091018677, 0.8521333336830139, -1.0952248573303223, -0.6012269258499146],
    [0.0, 0.0, 0.0, 0.0],
]
MASK = length_mask(torch.tensor([1, 3]), 3)


def test_advantages_equal_those_of_the_public_code():
    found = losses.group_advantages(REWARDS)
    torch.testing.assert_close(found, torch.tensor(REFERENCE).double(), atol=1e-6, rtol=0)
    torch.testing.assert_close(losses.group_advantages(REWARDS.float()), found.float())


@many
@given(st.integers(0, 10_000), st.floats(0.01, 100.0), st.floats(-50.0, 50.0))
def test_advantages_ignore_the_scores_origin_and_with_std_their_unit(seed, unit, origin):
    chance = torch.Generator().manual_seed(seed)
    rewards = torch.randn(4, 5, generator=chance, dtype=torch.float64)
    plain = losses.group_advantages(rewards, "none")
    torch.testing.assert_close(plain.sum(1), torch.zeros(4, dtype=torch.float64), atol=1e-9, rtol=0)
    torch.testing.assert_close(losses.group_advantages(rewards + origin, "none"), plain)
    scaled = losses.group_advantages(rewards * unit + origin, eps=0)
    torch.testing.assert_close(scaled, losses.group_advantages(rewards, eps=0))


@pytest.mark.parametrize("scale", ["std", "none"])
def test_a_constant_group_gives_0_however_its_mean_is_rounded(scale):
    rewards = torch.full((2, 7), 0.1) * torch.tensor([[1.0], [1e6]])
    assert losses.group_advantages(rewards, scale).abs().max() == 0


def test_policy_loss_worked_by_hand():
    # ratios e^0.1 (inside the clip of 0.2) for the first answer, e^0.5 for the second
    new = torch.tensor([[0.1, 9.0, 9.0], [0.5, 0.5, 0.5]])
    old, gains = torch.zeros(2, 3), torch.tensor([2.0, 1.0])
    first, second = -2 * math.exp(0.1), -1.2
    tokens = losses.policy_loss(new, old, gains, MASK)
    sequences = losses.policy_loss(new, old, gains, MASK, reduction="sequences")
    assert float(tokens) == pytest.approx((first + 3 * second) / 4, abs=1e-6)
    assert float(sequences) == pytest.approx((first + second) / 2, abs=1e-6)
    # a negative advantage has no upper clip: a bad answer that became likelier is pushed down
    assert float(losses.policy_loss(new, old, -gains, MASK)) == pytest.approx(
        (2 * math.exp(0.1) + 3 * math.exp(0.5)) / 4, abs=1e-6
    )


def test_the_clip_is_as_far_below_1_as_above():
    # ratio e^-0.5, below the clip of 0.2: a bad answer that lost enough is left alone
    new = torch.full((1, 2), -0.5)
    old, mask = torch.zeros(1, 2), torch.ones(1, 2, dtype=torch.bool)
    bad, good = torch.tensor([-1.0]), torch.tensor([1.0])
    assert float(losses.policy_loss(new, old, bad, mask)) == pytest.approx(0.8)
    assert (gradient(lambda now: losses.policy_loss(now, old, bad, mask), new) == 0).all()
    assert float(losses.policy_loss(new, old, good, mask)) == pytest.approx(-math.exp(-0.5))


@pytest.mark.parametrize("name", ["policy", "leash"])
def test_the_gradient_flows_to_the_new_log_probabilities_alone(name):
    new, other = (torch.full((2, 3), value, requires_grad=True) for value in (-1.0, -1.1))
    gains = torch.tensor([2.0, -1.0], requires_grad=True)
    if name == "policy":
        loss = losses.policy_loss(new, other, gains, MASK)
    else:
        loss = losses.k3_kl(new, other, MASK)
    loss.backward()
    assert other.grad is None and gains.grad is None
    assert (new.grad[MASK] != 0).all() and (new.grad[~MASK] == 0).all()


def test_policy_gradient_at_ratio_1_is_minus_the_advantage_at_counted_tokens():
    old, gains = torch.full((2, 3), -1.5), torch.tensor([2.0, -1.0])
    found = gradient(lambda new: losses.policy_loss(new, old, gains, MASK), old)
    torch.testing.assert_close(found, torch.tensor([[-0.5, 0, 0], [0.25, 0.25, 0.25]]))
    past = gradient(lambda new: losses.policy_loss(new, old - 1, gains, MASK), old)
    assert past[0, 0] == 0  # the ratio e is outside of the clip, and the advantage is positive


def test_k3_is_0_on_itself_never_below_and_worked_by_hand():
    new = torch.tensor([[-1.0, 5.0, 5.0], [-2.0, -1.0, -3.0]])
    assert float(losses.k3_kl(new, new, MASK)) == 0
    mask = torch.tensor([[True, False, False], [False, False, False]])
    found = float(losses.k3_kl(new, new + math.log(2), mask))
    assert found == pytest.approx(2 - math.log(2) - 1)
    assert float(losses.k3_kl(new, new - 3, MASK)) > 0


def test_k3_is_averaged_as_the_loss_beside_it():
    new = torch.tensor([[-1.0, 5.0, 5.0], [-2.0, -1.0, -3.0]])
    reference = new + torch.tensor([[1.0, 0, 0], [0, 0, 0.5]])
    one, other = math.e - 2, (math.exp(0.5) - 1.5) / 3
    assert float(losses.k3_kl(new, reference, MASK)) == pytest.approx((one + 3 * other) / 4)
    found = float(losses.k3_kl(new, reference, MASK, "sequences"))
    assert found == pytest.approx((one + other) / 2)
    with pytest.raises(ValueError, match="reduction"):
        losses.k3_kl(new, reference, MASK, "mean")


def test_k3_has_the_value_of_reverse_and_the_gradient_of_forward_kl():
    logits = torch.tensor([0.3, -1.0, 0.8], dtype=torch.float64)
    reference = torch.tensor([1.0, 0.2, -0.5], dtype=torch.float64).log_softmax(0)
    every = torch.ones(3, 1, dtype=torch.bool)

    def expected(point):  # the exact mean over the student's own choice of token
        log_q = point.log_softmax(0)
        each = [losses.k3_kl(log_q[[t], None], reference[[t], None], every[:1]) for t in range(3)]
        return (torch.stack(each) * log_q.exp().detach()).sum()

    log_q = logits.log_softmax(0)
    reverse = (log_q.exp() * (log_q - reference)).sum()
    assert float(expected(logits)) == pytest.approx(float(reverse), abs=1e-9)
    forward = gradient(lambda p: (reference.exp() * (reference - p.log_softmax(0))).sum(), logits)
    torch.testing.assert_close(gradient(expected, logits), forward)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: losses.group_advantages(torch.ones(4, 1)), "raise group_size"),
        (lambda: losses.group_advantages(torch.ones(4)), "prompts, samples"),
        (lambda: losses.group_advantages(REWARDS * math.nan), "NaN or infinite .*prompt 0"),
        (lambda: losses.group_advantages(REWARDS, "max"), "scale"),
        (lambda: losses.policy_loss(*[torch.zeros(2, 3)] * 2, torch.ones(3), MASK), "one for"),
        (
            lambda: losses.policy_loss(torch.zeros(2, 3), torch.zeros(2, 2), torch.ones(2), MASK),
            "old",
        ),
        (
            lambda: losses.policy_loss(
                *[torch.zeros(2, 3)] * 2, torch.ones(2), MASK, reduction="mean"
            ),
            "reduction",
        ),
        (lambda: losses.policy_loss(*[torch.zeros(2, 3)] * 2, torch.ones(2), MASK, 0.0), "clip"),
        (
            lambda: losses.policy_loss(
                *[torch.zeros(2, 3)] * 2,
                torch.ones(2),
                length_mask(torch.tensor([0, 3]), 3),
                reduction="sequences",
            ),
            "without counted tokens",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()

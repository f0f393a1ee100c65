"""KLs on token sequences: reference values, identities, masks, and where the gradient goes."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from labkit.llm import losses
from labkit.llm.tokens import length_mask
from tests.helpers.gradients import gradient
from tests.helpers.properties import many

WAVE = torch.arange(110, dtype=torch.float64)
STUDENT = (torch.sin(WAVE * 0.37) * 3).reshape(2, 5, 11)
TEACHER = (torch.sin(WAVE * 0.23 + 0.7) * 2.5).reshape(2, 5, 11)
LABELS = torch.tensor([[-100, 3, 7, 1, -100], [-100, -100, 5, 0, 10]])
MASK = LABELS >= 0
ALL = {
    "forward_kl": losses.forward_kl,
    "reverse_kl": losses.reverse_kl,
    "jsd": losses.jsd,
    "skew_forward_kl": losses.skew_forward_kl,
    "skew_reverse_kl": losses.skew_reverse_kl,
}

# TRL 1.16, generalized_jsd_loss, run in float64 on the tensors above with labels of -100 left out.
REFERENCE = {0.0: 1.8411490607657515, 0.5: 0.27249645321453636, 1.0: 1.3436386441166517}


@pytest.mark.parametrize("beta", REFERENCE)
def test_jsd_equals_that_of_the_public_code(beta):
    for dtype in (torch.float64, torch.float32):
        found = losses.jsd(STUDENT.to(dtype), TEACHER.to(dtype), MASK, beta)
        assert float(found) == pytest.approx(REFERENCE[beta], abs=1e-6)
        assert found.dtype == dtype


def test_the_ends_of_jsd_are_forward_and_reverse_kl_and_jumps():
    forward, reverse = (kl(STUDENT, TEACHER, MASK) for kl in (losses.forward_kl, losses.reverse_kl))
    torch.testing.assert_close(losses.jsd(STUDENT, TEACHER, MASK, 0.0), forward)
    torch.testing.assert_close(losses.jsd(STUDENT, TEACHER, MASK, 1.0), reverse)
    assert float(losses.jsd(STUDENT, TEACHER, MASK, 1e-3)) < 0.02
    assert float(losses.jsd(STUDENT, TEACHER, MASK, 1 - 1e-3)) < 0.02
    assert float(forward) == pytest.approx(REFERENCE[0.0], abs=1e-6)
    assert float(reverse) == pytest.approx(REFERENCE[1.0], abs=1e-6)


def test_kls_of_one_token_worked_by_hand():
    # p = (3/4, 1/4), q = (1/2, 1/2), m = 0.1 p + 0.9 q = (0.525, 0.475)
    teacher = torch.tensor([[[math.log(3), 0.0]]])
    student, mask = torch.zeros(1, 1, 2), torch.ones(1, 1, dtype=torch.bool)
    forward = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
    reverse = 0.5 * math.log(2 / 3) + 0.5 * math.log(2)
    skewed = 0.75 * math.log(0.75 / 0.525) + 0.25 * math.log(0.25 / 0.475)
    back = 0.5 * math.log(0.5 / 0.725) + 0.5 * math.log(0.5 / 0.275)
    assert float(losses.forward_kl(student, teacher, mask)) == pytest.approx(forward, abs=1e-6)
    assert float(losses.reverse_kl(student, teacher, mask)) == pytest.approx(reverse, abs=1e-6)
    assert float(losses.skew_forward_kl(student, teacher, mask)) == pytest.approx(skewed, abs=1e-6)
    assert float(losses.skew_reverse_kl(student, teacher, mask)) == pytest.approx(back, abs=1e-6)


def test_the_temperature_divides_both_logits_and_nothing_multiplies():
    halved = losses.forward_kl(STUDENT / 2, TEACHER / 2, MASK)
    torch.testing.assert_close(losses.forward_kl(STUDENT, TEACHER, MASK, temperature=2.0), halved)


def test_skew_0_is_the_plain_kl_and_both_skewed_ones_are_bounded():
    far = STUDENT.flip(-1) * 50
    for skewed, plain in (
        (losses.skew_forward_kl, losses.forward_kl),
        (losses.skew_reverse_kl, losses.reverse_kl),
    ):
        torch.testing.assert_close(
            skewed(STUDENT, TEACHER, MASK, 0.0), plain(STUDENT, TEACHER, MASK)
        )
        assert float(skewed(far, TEACHER * 50, MASK, 0.1)) <= -math.log(0.1) + 1e-9
        assert float(plain(far, TEACHER * 50, MASK)) > 10


@many
@given(st.sampled_from(sorted(ALL)), st.integers(0, 10_000), st.floats(0.3, 4.0))
def test_never_below_0_and_0_on_itself_and_blind_to_shifts_and_padding(name, seed, temperature):
    chance = torch.Generator().manual_seed(seed)
    student, teacher = (
        4 * torch.randn(3, 4, 6, generator=chance, dtype=torch.float64) for _ in range(2)
    )
    mask = length_mask(torch.randint(1, 5, (3,), generator=chance), 4)
    loss = ALL[name](student, teacher, mask, temperature=temperature)
    assert float(loss) > 0
    assert float(ALL[name](teacher, teacher, mask, temperature=temperature)) == pytest.approx(
        0, abs=1e-9
    )
    shifted = student + torch.randn(3, 4, 1, generator=chance, dtype=torch.float64)
    padded = torch.where(mask[..., None], shifted, torch.full_like(shifted, math.nan))
    again = ALL[name](padded, teacher, mask, temperature=temperature)
    torch.testing.assert_close(again, loss)


@pytest.mark.parametrize("name", ALL)
def test_the_gradient_reaches_counted_places_of_the_student_alone(name):
    teacher = TEACHER.clone().requires_grad_()
    found = gradient(lambda student: ALL[name](student, teacher, MASK), STUDENT)
    assert teacher.grad is None
    assert (found[MASK].abs().sum(-1) > 0).all() and (found[~MASK] == 0).all()
    torch.testing.assert_close(found.sum(-1), torch.zeros(2, 5, dtype=torch.float64))


def test_sequence_nll_worked_by_hand_and_equal_to_torch():
    by_hand = losses.sequence_nll(
        torch.tensor([[[math.log(3), 0.0], [0.0, 0.0]]]),
        torch.tensor([[0, 1]]),
        torch.tensor([[True, True]]),
    )
    assert float(by_hand) == pytest.approx((math.log(4 / 3) + math.log(2)) / 2)
    wanted = torch.nn.functional.cross_entropy(STUDENT.flatten(0, 1), LABELS.flatten())
    torch.testing.assert_close(losses.sequence_nll(STUDENT, LABELS.clamp(0), MASK), wanted)


def test_the_mean_is_over_tokens_so_a_long_answer_weighs_more():
    logits = torch.stack([torch.zeros(3, 2), torch.tensor([[9.0, 0.0]] * 3)])
    answers, mask = torch.zeros(2, 3, dtype=torch.int64), length_mask(torch.tensor([1, 3]), 3)
    assert float(losses.sequence_nll(logits, answers, mask)) == pytest.approx(
        (math.log(2) + 3 * math.log1p(math.exp(-9))) / 4, abs=1e-6
    )


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: losses.forward_kl(STUDENT, TEACHER[..., :9], MASK), "a teacher vocabulary of 9"),
        (lambda: losses.forward_kl(STUDENT, TEACHER, MASK.long()), "wanted bool"),
        (lambda: losses.forward_kl(STUDENT, TEACHER, MASK & False), "counts no position"),
        (lambda: losses.forward_kl(STUDENT, TEACHER, MASK[:, :3]), "the same"),
        (lambda: losses.forward_kl(STUDENT[0], TEACHER[0], MASK), "vocabulary"),
        (lambda: losses.forward_kl(STUDENT, TEACHER, MASK, 0.0), "temperature"),
        (lambda: losses.forward_kl(STUDENT * math.nan, TEACHER, MASK), "NaN"),
        (lambda: losses.jsd(STUDENT, TEACHER, MASK, 1.5), r"wanted a number in \[0, 1\]"),
        (lambda: losses.skew_forward_kl(STUDENT, TEACHER, MASK, 1.0), r"in \[0, 1\)"),
        (lambda: losses.sequence_nll(STUDENT, LABELS.clamp(0) + 9, MASK), "below the student's"),
    ],
)
def test_what_does_not_fit_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()

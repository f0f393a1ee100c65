"""What a loss refuses, and that the message says what was got, what is wanted, what to do."""

import re
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from labkit import losses
from labkit.losses.arguments import at_least_float32, check_finite, check_logits

GOOD = torch.linspace(-1, 1, 12).reshape(4, 3)
LABELS = torch.tensor([0, 1, 2, 0])
HOLE = GOOD.index_put((torch.tensor(2), torch.tensor(1)), torch.tensor(float("nan")))

LOGIT_LOSSES: dict[str, Callable[[Tensor, Tensor, float], Tensor]] = {
    "soft_kl": losses.soft_kl,
    "zscore_kl": losses.zscore_kl,
    "target_class_kl": lambda s, t, T: losses.target_class_kl(s, t, LABELS, T),
    "nontarget_class_kl": lambda s, t, T: losses.nontarget_class_kl(s, t, LABELS, T),
    "decoupled_kl": lambda s, t, T: losses.decoupled_kl(s, t, LABELS, temperature=T),
    "correlation": lambda s, t, T: losses.correlation(s, t, temperature=T),
}
FEATURE_LOSSES = (losses.relation_distance, losses.relation_angle, losses.patience)
WITH_LABELS = (losses.target_class_kl, losses.nontarget_class_kl, losses.decoupled_kl)


def refuses(call: Callable[[], object], *words: str) -> None:
    with pytest.raises(ValueError, match=r"got .*wanted") as caught:
        call()
    for word in words:
        assert re.search(word, str(caught.value)), f"{word!r} is not in: {caught.value}"


@pytest.mark.parametrize("name", LOGIT_LOSSES)
@pytest.mark.parametrize("temperature", [0, -1.0, float("nan"), float("inf"), "4", None])
def test_temperature_must_be_finite_and_above_zero(name: str, temperature: float) -> None:
    refuses(lambda: LOGIT_LOSSES[name](GOOD, GOOD, temperature), "temperature", "above 0")


@pytest.mark.parametrize("name", LOGIT_LOSSES)
def test_logits_that_do_not_fit_are_refused(name: str) -> None:
    loss = LOGIT_LOSSES[name]
    refuses(lambda: loss(GOOD, GOOD[:, :2], 1.0), r"\(4, 3\)", r"\(4, 2\)", "equal shapes")
    refuses(lambda: loss(GOOD, GOOD[:1], 1.0), r"\(1, 3\)")
    refuses(lambda: loss(GOOD[:, :1], GOOD[:, :1], 1.0), "1 class", "2 or more", "two outputs")
    refuses(lambda: loss(GOOD[0], GOOD[0], 1.0), r"\(3,\)", r"\(batch, classes\)")
    refuses(lambda: loss(GOOD[None], GOOD[None], 1.0), r"\(1, 4, 3\)")
    refuses(lambda: loss(GOOD[:0], GOOD[:0], 1.0), "without rows", "skip empty")
    refuses(lambda: loss(GOOD.long(), GOOD, 1.0), "int64", "before argmax")
    refuses(lambda: loss(GOOD.tolist(), GOOD, 1.0), "list", "tensor")


@pytest.mark.parametrize("name", LOGIT_LOSSES)
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_are_not_finite_are_refused_on_either_side(name: str, value: float) -> None:
    broken = GOOD.clone()
    broken[2, 1] = value
    loss = LOGIT_LOSSES[name]
    refuses(lambda: loss(broken, GOOD, 1.0), "student logits", "1 infinite or NaN", "row 2")
    refuses(lambda: loss(GOOD, broken, 1.0), "teacher logits", "row 2")


@pytest.mark.parametrize("loss", WITH_LABELS)
def test_labels_that_are_no_class_numbers_are_refused(loss: Callable[..., Tensor]) -> None:
    refuses(lambda: loss(GOOD, GOOD, LABELS + 1), "from 1 to 3", "0 to 2")
    refuses(lambda: loss(GOOD, GOOD, LABELS - 1), "from -1 to 1", "unlabelled")
    refuses(lambda: loss(GOOD, GOOD, LABELS[:3]), r"\(3,\)", r"\(4,\)")
    refuses(lambda: loss(GOOD, GOOD, LABELS[:, None]), r"\(4, 1\)")
    refuses(lambda: loss(GOOD, GOOD, LABELS.float()), "float32", "int64")
    refuses(lambda: loss(GOOD, GOOD, LABELS > 0), "bool")
    refuses(lambda: loss(GOOD, GOOD, LABELS.tolist()), "list")


@pytest.mark.parametrize("loss", FEATURE_LOSSES)
def test_features_that_do_not_fit_are_refused(loss: Callable[..., Tensor]) -> None:
    refuses(lambda: loss(GOOD, GOOD[:2]), "4|2")
    refuses(lambda: loss(GOOD[0], GOOD[0]), r"\(3,\)")
    refuses(lambda: loss(HOLE, GOOD), "student", "1 infinite or NaN")
    refuses(lambda: loss(GOOD, HOLE), "teacher", "1 infinite or NaN")
    refuses(lambda: loss(GOOD[:0], GOOD[:0]), "empty")
    refuses(lambda: loss(GOOD.long(), GOOD), "int64")


def test_zscore_refuses_what_it_cannot_scale() -> None:
    refuses(lambda: losses.zscore(GOOD[0]), r"\(batch, classes\)")
    refuses(lambda: losses.zscore(GOOD[:, :1]), "1 class")
    refuses(lambda: losses.zscore(HOLE), "NaN")
    refuses(lambda: losses.zscore(GOOD, ddof=2), "ddof 2")
    refuses(lambda: losses.zscore(GOOD, eps=-1.0), "eps -1")


def test_vae_terms_and_bradley_terry_refuse_shapes_that_would_be_broadcast() -> None:
    refuses(lambda: losses.vae_loss(GOOD, GOOD[:, :1], GOOD, GOOD), "reconstruction")
    refuses(lambda: losses.vae_loss(GOOD, GOOD, GOOD, GOOD[:, :1]), "log_variance")
    refuses(lambda: losses.vae_loss(GOOD, GOOD, GOOD[:1], GOOD[:1]), "mu")
    refuses(lambda: losses.vae_loss(GOOD, HOLE, GOOD, GOOD), "reconstruction")
    refuses(lambda: losses.bradley_terry(GOOD[:, 0], GOOD[:, :1]), r"\(4,\)", r"\(4, 1\)")
    refuses(lambda: losses.bradley_terry(HOLE, GOOD), "preferred")


def test_finite_numbers_whose_sum_overflows_are_accepted() -> None:
    check_finite(torch.full((4, 3), 60000.0, dtype=torch.float16), "logits")
    check_finite(torch.full((4, 3), 3e38), "logits")
    check_logits(torch.full((4, 3), 3e38), torch.full((4, 3), -3e38))


def test_only_half_precision_is_raised() -> None:
    wanted = {torch.float16: torch.float32, torch.bfloat16: torch.float32}
    for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        assert at_least_float32(GOOD.to(dtype)).dtype == wanted.get(dtype, dtype)

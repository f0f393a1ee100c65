import pytest
import torch

from labkit.compute import autocast, device, fast_bf16


def test_the_device_computes():
    assert torch.ones(2, device=device()).sum().item() == 2


def test_float32_and_bfloat16_are_what_they_say():
    cpu = torch.device("cpu")
    first, second = torch.randn(4, 4), torch.randn(4, 4)
    with autocast(cpu, "float32"):
        assert (first @ second).dtype == torch.float32
    with autocast(cpu, "bfloat16"):
        assert (first @ second).dtype == torch.bfloat16
    with autocast(cpu, "auto"):
        wanted = torch.bfloat16 if fast_bf16(cpu) else torch.float32
        assert (first @ second).dtype == wanted


def test_an_unknown_precision_is_refused():
    with pytest.raises(ValueError, match="one of auto, float32, bfloat16, got 'half'"):
        autocast(torch.device("cpu"), "half")

"""Logits, labels, features and hidden states made by a formula, for the tests of the losses."""

import torch
from torch import Tensor


def wave(n: int, *shape: int) -> Tensor:
    k = torch.arange(n, dtype=torch.float64)
    return torch.sin(0.05 * k * k + 0.3 * k).reshape(shape)


def other_wave(n: int, *shape: int) -> Tensor:
    k = torch.arange(n, dtype=torch.float64)
    return torch.cos(0.04 * k * k + 0.7 * k).reshape(shape)


K = torch.arange(48, dtype=torch.float64)
TEACHER = (3 * torch.sin(0.37 * K)).reshape(8, 6)
STUDENT = (2 * torch.cos(0.23 * K + 0.5) + 0.3 * torch.sin(0.011 * K * K)).reshape(8, 6)
LABELS = torch.arange(8) % 6
TEACHER_2, STUDENT_2, LABELS_2 = TEACHER[:, :2], STUDENT[:, :2], torch.arange(8) % 2
FEATURES_T, FEATURES_S = wave(40, 8, 5), other_wave(40, 8, 5)
TWICE = FEATURES_S.index_copy(0, torch.tensor([3]), FEATURES_S[1:2])
HIDDEN_T, HIDDEN_S = wave(96, 8, 3, 4), other_wave(96, 8, 3, 4)

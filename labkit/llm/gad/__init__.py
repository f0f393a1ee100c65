"""Generative adversarial distillation: the student is rewarded by who is told apart from it."""

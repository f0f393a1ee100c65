"""Adversarial Distillation: the two stages, their players and their diagnostics."""

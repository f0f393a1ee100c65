"""Distillation of language models on a task whose answers can be checked to the letter."""

"""Prompt distillation of a real small language model: a style prompt moves into the weights."""

"""Lesson 07: white-box distillation of language models, its two KLs and its adversary."""

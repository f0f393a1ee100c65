"""Lesson 05, online distillation through a bottleneck: checks, pictures, panels."""

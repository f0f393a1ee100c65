"""Lesson 04, the adversary: its checks, pictures and explorer."""

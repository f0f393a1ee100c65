"""Lesson 00, the ladder: its checks and its panel."""

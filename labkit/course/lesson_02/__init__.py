"""Lesson 02, the z-score: its checks, pictures and panel."""

"""Encoders and small students, and how large they are."""

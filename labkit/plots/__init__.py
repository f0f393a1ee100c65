"""Axes in, picture out."""

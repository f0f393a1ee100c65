"""Bottlenecks fitted to the features of a teacher that stands still: a second or two a fit."""

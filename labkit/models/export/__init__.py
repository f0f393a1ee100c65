"""A finished model as files that run without torch."""

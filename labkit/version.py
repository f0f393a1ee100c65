"""The version of labkit, written down once."""

__version__ = "0.1.0"

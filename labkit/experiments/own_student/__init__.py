"""The reader's own classifier: the smallest model that is good enough, and whether it was worth it."""

"""The reader's own classifier: the smallest good model, and what it is worth."""

"""From logits to numbers, from numbers to verdicts."""

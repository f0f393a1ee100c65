"""One run, step by step: loop, checkpoint, targets."""

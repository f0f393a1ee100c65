"""How a student learns: one way of training per file."""

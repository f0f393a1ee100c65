"""Which runs answer which question, and what came out."""

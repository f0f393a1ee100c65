"""KDFD: which runs its tables and figures ask for, and what came out."""

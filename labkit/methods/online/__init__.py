"""Teacher and student learn side by side (KDFD), its bottlenecks, and the methods beside it."""

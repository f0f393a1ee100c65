"""Masters become notebooks, pages and graded assignments."""

"""Lesson 08, the capstone: from a file of one's own to a model that runs without torch."""

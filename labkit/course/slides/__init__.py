"""Decks for the instructor: a text of slides beside the lessons becomes one file per lesson."""

"""The drawings behind the panels of the lessons, one idea a file."""

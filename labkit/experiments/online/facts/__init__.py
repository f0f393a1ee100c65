"""What KDFD's figures show, taken from features that stay as they are."""

"""Texts become token ids: cut to a length that is said, counted in rows without padding."""

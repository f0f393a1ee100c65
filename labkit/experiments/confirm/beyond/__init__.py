"""Beside the claims: what the paper names in passing, and the discriminator's budget, tried out."""

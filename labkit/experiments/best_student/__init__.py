"""The best student that the training texts at hand allow."""

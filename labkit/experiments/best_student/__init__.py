"""The best student on all training texts of a data set."""

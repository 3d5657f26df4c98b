"""A dataset and a wish become a model."""

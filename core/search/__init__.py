"""A good model is found among all families and their settings, within a time."""

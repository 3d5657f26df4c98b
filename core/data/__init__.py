"""A table comes in and is understood."""

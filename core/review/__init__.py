"""Would you sign this? Evidence about a model, verdicts of people on it, and who signs for it."""

"""Curves of held-out predictions: pure functions that give points."""

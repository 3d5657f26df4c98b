"""Fitted trees as arrays for compiled walks: imported only when asked for."""

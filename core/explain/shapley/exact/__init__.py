"""Shapley values of product games in polynomial time, compiled: imported only when asked for."""

"""One file a method of Shapley values."""

"""How good a model really is, on rows it never saw."""

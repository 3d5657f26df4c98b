"""Event logs become features and a label, with a cutoff that nothing looks beyond."""

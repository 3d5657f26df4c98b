"""What a history looks like: one file a picture, counted by DuckDB and small whatever the log."""

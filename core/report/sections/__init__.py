"""One file a section of the report, in its order."""

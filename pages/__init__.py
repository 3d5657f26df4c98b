"""One file a page: choose, ask core, show."""

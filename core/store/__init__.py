"""The project's folder on disk."""

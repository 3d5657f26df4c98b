"""Readers, one file a kind of file."""

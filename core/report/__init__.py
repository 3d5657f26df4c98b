"""The model card and the report of its review: read from the store, for people and machines."""

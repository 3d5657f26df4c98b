"""One file a model family; family.py is the contract."""

"""One file a group of features; feature.py is the contract."""

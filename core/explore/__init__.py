"""What is in a table and what goes with the outcome."""

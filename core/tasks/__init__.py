"""What a worker or the shell is asked to do: bring a table, check, train, explain."""

"""What in a table tells who a person is, and how it is kept out of sight."""

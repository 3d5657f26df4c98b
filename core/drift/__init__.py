"""Does a model still hold? What it learned from compared with a table that came later."""

"""One file a chart: points() and draw()."""

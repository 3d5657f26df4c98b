"""What is fast and how we know: ratios against the bare libraries, measured in one run."""

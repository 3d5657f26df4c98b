"""Would you sign this? The questions of a review, the evidence for each, verdicts and signatures."""

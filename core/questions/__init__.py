"""The questions of a review, one file each, with the evidence that the store holds for it."""

"""What is said where rows of the held-out customers belong together."""

from __future__ import annotations

from collections.abc import Iterator

from core.evaluate.units import count_of
from core.predict import Predictions
from core.review.piece import Said


def together(found: Predictions) -> Iterator[Said]:
    """How many groups the intervals count; nothing where each row stands for itself."""
    units = count_of(found)
    if units < len(found.rows):
        yield Said("evaluate.held_out.together", {"units": units})

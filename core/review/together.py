"""What is said where rows of the held-out customers belong together."""

from __future__ import annotations

from collections.abc import Iterator

from core.review.piece import Said


def together(rows: int, units: int) -> Iterator[Said]:
    """How many units of so many rows the intervals count; nothing where each stands for itself."""
    if units < rows:
        yield Said("evaluate.held_out.together", {"units": units})

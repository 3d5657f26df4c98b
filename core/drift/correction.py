"""Many tests at once: p values corrected, so that among what is named chance has a small part."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

ALPHA = 0.05


def corrected(ps: Sequence[float | None]) -> tuple[float | None, ...]:
    """P values corrected for their number (Benjamini and Hochberg 1995), in the given order.

    Of the columns whose corrected value is at most 5 %, at most 5 % are there by chance, on
    average; where nothing drifts, one is named in at most 5 % of comparisons. None stays None.
    """
    known = [place for place, p in enumerate(ps) if p is not None]
    values = np.array([ps[place] for place in known], float)
    order = np.argsort(-values, kind="stable")
    ranks = len(values) - np.arange(len(values))
    least = np.minimum.accumulate(values[order] * len(values) / np.maximum(ranks, 1))
    found: list[float | None] = [None] * len(ps)
    for place, value in zip(order.tolist(), least.tolist(), strict=True):
        found[known[place]] = min(1.0, float(value))
    return tuple(found)


def together(ps: Sequence[float | None]) -> float | None:
    """One p value of several tests of the same column: the least, times how many there are
    (Bonferroni); None without any."""
    known = [p for p in ps if p is not None]
    return min(1.0, len(known) * min(known)) if known else None

"""95 % intervals of a share and of a mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Z = 1.959963984540054  # the normal distribution's 97.5 % quantile


def wilson(hits: ArrayLike, rows: ArrayLike) -> tuple[Floats, Floats]:
    """The score interval of a share (Wilson 1927), low and high; nan where there are no rows."""
    k, n = np.asarray(hits, np.float64), np.asarray(rows, np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = k / n
        middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
        half = Z * np.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    # At 0 and all hits a bound is 0 or 1 exactly, which rounding misses.
    return np.where(k == 0, np.where(n > 0, 0.0, np.nan), middle - half), np.where(
        (k == n) & (n > 0), 1.0, middle + half
    )


def student(mean: ArrayLike, sd: ArrayLike, rows: ArrayLike) -> tuple[Floats, Floats]:
    """Student's t interval of a mean from the sample's sd; nan with fewer than two rows."""
    from scipy.special import stdtrit  # scipy.stats takes seconds to import

    n = np.asarray(rows, np.float64)
    enough = n > 1
    factor = np.where(enough, stdtrit(np.maximum(n - 1, 1), 0.975), np.nan)
    half = factor * np.asarray(sd, np.float64) / np.sqrt(np.maximum(n, 1))
    middle = np.asarray(mean, np.float64)
    return middle - half, middle + half

"""95 % intervals of shares, of means, of what sets two apart, and of bootstrap replicates."""

from __future__ import annotations

import math
import warnings

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Bounded = tuple[float, float, float]  # a value, and the low and high end of its interval
Z = 1.959963984540054  # the normal distribution's 97.5 % quantile
REPLICATES = 300
LEVEL = 0.05  # that an interval leaves out


def ratio(above: ArrayLike, below: ArrayLike) -> Floats:
    """``above / below`` elementwise, nan where ``below`` is 0."""
    top, bottom = np.broadcast_arrays(np.asarray(above, float), np.asarray(below, float))
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom != 0)


def wilson(hits: ArrayLike, trials: ArrayLike, z: float = Z) -> tuple[Floats, Floats]:
    """Score interval of a share, elementwise; nan without trials. ``z``: standard errors wide.

    Wilson (1927), "Probable inference, the law of succession, and statistical inference".
    """
    rows = np.asarray(trials, float)
    share = ratio(hits, rows)
    shrink = 1 + ratio(z**2, rows)
    middle = (share + ratio(z**2, 2 * rows)) / shrink
    spread = np.maximum(share * (1 - share), 0.0)
    half = z * np.sqrt(ratio(spread, rows) + ratio(z**2, 4 * rows**2)) / shrink
    # At 0 and 1 the bound is exact; arithmetic alone leaves it some 1e-17 beside the value.
    low, high = np.minimum(middle - half, share), np.maximum(middle + half, share)
    return np.maximum(low, 0.0), np.minimum(high, 1.0)


def student(mean: ArrayLike, sd: ArrayLike, rows: ArrayLike) -> tuple[Floats, Floats]:
    """Student's t interval of a mean from the sample's sd; nan with fewer than two rows."""
    from scipy.special import stdtrit  # scipy.stats takes seconds to import

    n = np.asarray(rows, np.float64)
    enough = n > 1
    factor = np.where(enough, stdtrit(np.maximum(n - 1, 1), 0.975), np.nan)
    half = factor * np.asarray(sd, np.float64) / np.sqrt(np.maximum(n, 1))
    middle = np.asarray(mean, np.float64)
    return middle - half, middle + half


def quantile(comparisons: int) -> float:
    """How many standard errors an interval is wide on each side for so many comparisons."""
    from scipy.special import ndtri  # scipy takes its time to import

    return Z if comparisons <= 1 else float(-ndtri(LEVEL / 2 / comparisons))


def gap(one: Bounded, other: Bounded) -> Bounded:
    """``one`` less ``other``, each a value with the ends of its interval, of two samples.

    The interval is put together of the two (method MOVER; Zou & Donner 2008, "Construction of
    confidence limits about effect measures"), which need not be symmetric; of two Wilson intervals
    it is Newcombe's (1998, Statistics in Medicine 17, method 10).
    """
    value = one[0] - other[0]
    return (
        value,
        value - math.hypot(one[0] - one[1], other[2] - other[0]),
        value + math.hypot(one[2] - one[0], other[0] - other[1]),
    )


def middle95(replicates: Floats) -> tuple[float, float]:
    """Percentile interval of bootstrap replicates (r,), undefined ones left out.

    Efron and Tibshirani (1993), "An Introduction to the Bootstrap", chapter 13.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # all nan gives nan, which is what we want
        low, high = np.nanpercentile(replicates, [2.5, 97.5])
    return float(low), float(high)

"""Two samples of numbers compared: how far apart they lie, and whether that is more than chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.models.family import Floats

PARTS = 10  # of the first sample, equally large where values allow


@dataclass(frozen=True)
class Apart:
    """The Kolmogorov-Smirnov ``statistic`` (the largest gap of the cumulative shares) with its
    ``p``, and the Wasserstein ``distance`` (how far a customer moved on average, in the unit)."""

    statistic: float
    p: float
    distance: float


def apart(then: Floats, now: Floats) -> Apart:
    """Two samples (n,) and (m,) of known numbers, neither empty.

    The p value is the asymptotic one, as ``scipy.stats.ks_2samp`` gives it; with ties it is on the
    safe side. Imports scipy.stats: only in a worker.
    """
    from scipy.stats import kstwo  # takes seconds

    first, second = np.sort(then), np.sort(now)
    every = np.sort(np.concatenate([first, second]), kind="stable")
    shares = [np.searchsorted(each, every, "right") / len(each) for each in (first, second)]
    gaps = np.abs(shares[0] - shares[1])
    statistic = float(gaps.max())
    rows = len(first) * len(second) / (len(first) + len(second))
    p = float(np.clip(kstwo.sf(statistic, np.round(rows)), 0.0, 1.0))
    return Apart(statistic, p, float(gaps[:-1] @ np.diff(every)))


def parts_of(values: Floats) -> Floats:
    """Borders (b,) between the tenths of known numbers (n,), and at both their ends: what lies
    below the first or above the last border is outside of them."""
    ordered = np.sort(values)
    inner = ordered[-(-np.arange(1, PARTS) * len(ordered) // PARTS) - 1]
    return np.unique([np.nextafter(ordered[0], -np.inf), *inner, ordered[-1]])


def counted(values: Floats, borders: Floats) -> NDArray[np.int64]:
    """How many known numbers lie in each part (b + 1,); one on a border belongs to the lower."""
    places = np.searchsorted(borders, values, side="left")
    return np.bincount(places, minlength=len(borders) + 1).astype(np.int64)

"""Counts of the same groups in two tables: how far apart their shares are, and is it chance?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
HALF = 0.5  # of a row, given to every group: a share of nothing has no logarithm
EXPECTED_LEAST = 5.0  # rows of a group in the smaller table for the chi-squared test to hold


def both(then: Counts, now: Counts) -> tuple[Counts, Counts]:
    """Only the groups that either table has rows of."""
    there = (then + now) > 0
    return then[there], now[there]


def stability(then: Counts, now: Counts) -> float:
    """The population stability index: sum of (q - p) ln(q / p) over groups (Siddiqi 2006).

    Half a row is added to each group of both tables.
    """
    then, now = both(then, now)
    p = (then + HALF) / (then.sum() + HALF * len(then))
    q = (now + HALF) / (now.sum() + HALF * len(now))
    return float(((q - p) * np.log(q / p)).sum())


def by_chance(then: Counts, now: Counts) -> float:
    """The index to expect of two samples of the same customers: (groups - 1)(1/n + 1/m)
    (Yurdakul 2018, "Statistical properties of population stability index")."""
    then, now = both(then, now)
    return float((len(then) - 1) * (1 / then.sum() + 1 / now.sum()))


def variation(then: Counts, now: Counts) -> float:
    """The total variation distance in 0..1: the share of customers who would have to change
    groups to make both alike."""
    return float(np.abs(then / then.sum() - now / now.sum()).sum() / 2)


def pooled(then: Counts, now: Counts, most: int) -> Counts:
    """The group (g,) that each group is counted in: its own, or one together with all that are
    too rare to be tested or beyond the ``most`` frequent ones. Told by both tables' sum alone."""
    total = then + now
    smaller = min(then.sum(), now.sum()) / max(total.sum(), 1)
    own = total * smaller >= EXPECTED_LEAST
    own[np.argsort(-total, kind="stable")[most:]] = False
    places = np.full(len(total), own.sum(), np.int64)
    places[own] = np.arange(own.sum())
    return places


def chi_squared(then: Counts, now: Counts) -> tuple[float, float] | None:
    """Pearson's statistic and its p value, uncorrected; None where there is one group only."""
    from scipy.special import gammaincc

    table = np.array(both(then, now), float)
    if table.shape[1] < 2 or not table.sum(axis=1).all():
        return None
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    statistic = float(((table - expected) ** 2 / expected).sum())
    return statistic, float(gammaincc((table.shape[1] - 1) / 2, statistic / 2))


def two_by_two(then: Sequence[int], now: Sequence[int]) -> float | None:
    """The p value of a share that differs: of (with, without) in each table; None without any.

    Fisher's exact test where the chi-squared test does not hold. Imports scipy.stats then.
    """
    table = np.array([then, now], float)
    if not (table.sum(axis=0).all() and table.sum(axis=1).all()):
        return None
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    if expected.min() < EXPECTED_LEAST:
        from scipy.stats import fisher_exact

        return float(fisher_exact(table)[1])
    found = chi_squared(np.array(then), np.array(now))
    return None if found is None else found[1]

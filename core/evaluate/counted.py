"""Statistics that depend on the confusion matrix alone, so that a slider can move them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.evaluate.confusion import cells, confusion
from core.evaluate.metric import Range, Statistic
from core.evaluate.resampling import Weighted, resampled
from core.evaluate.units import share_interval, units_of
from core.intervals import REPLICATES, middle95, ratio
from core.predict import Predictions

Floats = NDArray[np.float64]
# From confusion matrices (..., classes, classes), truth down, to values (...).
Formula = Callable[[Floats], Floats]
# From a confusion matrix to the hits and the trials of a share.
Parts = Callable[[Floats], tuple[Floats, Floats]]


def counted(formula: Formula) -> Statistic:
    """A statistic of the confusion matrix with a percentile bootstrap interval.

    Drawing rows again changes nothing but the counts of the matrix, which are then multinomial:
    they are drawn directly, where each row stands for itself.
    """

    def prepare(predictions: Predictions, threshold: float) -> Weighted:
        size = len(predictions.classes)
        cell = cells(predictions, threshold)

        def weighted(weights: Floats) -> float:
            flat = np.bincount(cell, weights=weights, minlength=size * size)
            return float(formula(flat.reshape(size, size).astype(np.float64)))

        return weighted

    whole = resampled(prepare)

    def interval(predictions: Predictions, threshold: float, seed: int) -> Range:
        if units_of(predictions) is not None:
            return whole.interval(predictions, threshold, seed)
        counts = confusion(predictions, threshold).counts
        rows = int(counts.sum())
        chance = np.random.default_rng(seed)
        drawn = chance.multinomial(rows, counts.ravel() / rows, size=REPLICATES)
        return middle95(formula(drawn.reshape(-1, *counts.shape).astype(np.float64)))

    return replace(whole, interval=interval)


def proportion(parts: Parts) -> Statistic:
    """A share of rows counted in the confusion matrix, with Wilson's interval."""

    def interval(predictions: Predictions, threshold: float, seed: int) -> Range:
        size = len(predictions.classes)
        of_cell = parts(np.eye(size * size).reshape(-1, size, size))
        cell = cells(predictions, threshold)
        hits, trials = (each[cell] > 0 for each in of_cell)
        return share_interval(hits, trials, units_of(predictions))

    return replace(counted(lambda counts: ratio(*parts(counts))), interval=interval)


def class_precision(counts: Floats) -> Floats:
    """Precision of each class, (..., classes); nan where it is never predicted."""
    return ratio(np.diagonal(counts, axis1=-2, axis2=-1), counts.sum(axis=-2))


def class_recall(counts: Floats) -> Floats:
    """Recall of each class, (..., classes); nan where it never occurs."""
    return ratio(np.diagonal(counts, axis1=-2, axis2=-1), counts.sum(axis=-1))


def class_f1(counts: Floats) -> Floats:
    """F1 of each class, (..., classes); nan where it neither occurs nor is predicted."""
    right = np.diagonal(counts, axis1=-2, axis2=-1)
    return ratio(2 * right, counts.sum(axis=-1) + counts.sum(axis=-2))


def mean_defined(values: Floats) -> Floats:
    """Mean over the last axis of what is not nan; nan where nothing is left."""
    return ratio(np.nansum(values, axis=-1), np.isfinite(values).sum(axis=-1))

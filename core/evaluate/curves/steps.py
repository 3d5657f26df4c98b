"""Rows from the highest chance down: what every ranking curve is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluate.truth import truth_of
from core.predict import Predictions

Floats = NDArray[np.float64]
POINTS_AT_MOST = 400


@dataclass(frozen=True)
class Steps:
    """Rows and hits at or above each distinct chance, highest first, all (steps + 1,).

    The first step is nobody (threshold infinite). Rows of the same chance come together, so the
    straight line between two steps is what a random order among them gives on average.
    """

    threshold: Floats
    rows: Floats
    hits: Floats

    @property
    def total(self) -> int:
        return int(self.rows[-1])

    @property
    def positives(self) -> int:
        return int(self.hits[-1])


def steps(predictions: Predictions) -> Steps:
    """The steps of binary predictions; hits are rows of the outcome of interest."""
    order = np.argsort(-predictions.scores, kind="stable")
    scores = predictions.scores[order]
    ends = np.flatnonzero(np.append(scores[1:] != scores[:-1], True))
    hits = (truth_of(predictions)[order] == 1).cumsum()[ends]
    return Steps(
        np.concatenate([[np.inf], scores[ends]]),
        np.concatenate([[0.0], ends + 1.0]),
        np.concatenate([[0.0], hits]),
    )


def thinned(x: Floats, y: Floats, at_most: int = POINTS_AT_MOST) -> NDArray[np.int64]:
    """Positions of at most ``at_most`` points that draw the same line; x must not decrease.

    Half of them are even along x, half along the way the line goes, so steep parts stay. The first
    and the last point stay.
    """
    if len(x) <= at_most:
        return np.arange(len(x))
    way = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y)))])
    half = at_most // 2
    kept = [
        np.searchsorted(along, np.linspace(along[0], along[-1], half)).clip(0, len(x) - 1)
        for along in (x, way)
    ]
    return np.unique(np.concatenate([[0, len(x) - 1], kept[0][1:-1], kept[1][1:-1]]))

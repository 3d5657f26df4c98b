"""How good a model is: figures with intervals, on rows it never saw."""

from __future__ import annotations

from dataclasses import dataclass

from core.predict import Predictions


@dataclass(frozen=True)
class Score:
    """One metric's value with its 95 % interval (``low`` and ``high`` may be nan if unknown)."""

    metric: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Evaluation:
    """Held-out predictions and the figures made from them.

    ``threshold`` turns a chance into a yes (binary only); figures that depend on it were computed
    at it. Every curve in ``core.evaluate.curves`` is a pure function of ``predictions``.
    """

    predictions: Predictions
    threshold: float
    scores: tuple[Score, ...]

    def __getitem__(self, metric: str) -> Score:
        return next(score for score in self.scores if score.metric == metric)

    def __contains__(self, metric: object) -> bool:
        return any(score.metric == metric for score in self.scores)

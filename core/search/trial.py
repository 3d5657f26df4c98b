"""One family with one choice of settings, tried on rows set aside: what came of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from core.evaluate.metric import Metric
from core.intervals import Z
from core.models.member import Params


class Ended(StrEnum):
    """How a trial ended."""

    WHOLE = "whole"  # every fold
    BEHIND = "behind"  # so far behind the best that the other folds were saved
    LATE = "late"  # the time was over
    FAILED = "failed"


@dataclass(frozen=True)
class Trial:
    """A number from 0, what was tried, and its score on each fold so far.

    ``errors`` are the standard errors of the scores, where every fold was judged. ``seconds`` it
    took; ``at`` is the search's own time, in seconds, when it ended. ``error`` and ``facts`` tell
    why it failed.
    """

    number: int
    family: str
    params: Params
    ended: Ended
    scores: tuple[float, ...] = ()
    errors: tuple[float, ...] = ()
    seconds: float = 0.0
    at: float = 0.0
    error: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The mean over the folds; nan where there is none."""
        return float(np.mean(self.scores)) if self.scores else math.nan


@dataclass(frozen=True)
class Ahead:
    """The best trial so far, as others are measured by it: its score on each fold.

    ``rivals`` are the whole trials that it is the best of. ``spread`` is the standard deviation of
    the differences between its folds and those of each other, pooled; 0 where there is no other.
    """

    scores: tuple[float, ...] = ()
    rivals: int = 0
    spread: float = 0.0


NOBODY = Ahead()


@dataclass(frozen=True)
class Standing:
    """A mean over folds with its 95 % interval."""

    value: float
    low: float
    high: float


def standing(trial: Trial) -> Standing:
    """How far other customers like those judged might move it: the folds' errors put together, as
    LeDell, Petersen & van der Laan (2015) do for areas under the ROC curve."""
    if not trial.errors:
        return Standing(trial.score, math.nan, math.nan)
    reach = Z * math.sqrt(float(np.sum(np.square(trial.errors)))) / len(trial.errors)
    return Standing(trial.score, trial.score - reach, trial.score + reach)


def ranked(trials: tuple[Trial, ...], metric: Metric) -> tuple[Trial, ...]:
    """The trials that are whole, the best by the metric that they were judged by first."""
    whole = [t for t in trials if t.ended is Ended.WHOLE and math.isfinite(t.score)]
    return tuple(sorted(whole, key=lambda t: (-metric.better.sign * t.score, t.number)))


def leaders(trials: tuple[Trial, ...], metric: Metric) -> tuple[Trial, ...]:
    """The best whole trial of each family, the best first."""
    best: dict[str, Trial] = {}
    for trial in ranked(trials, metric):
        best.setdefault(trial.family, trial)
    return tuple(best.values())


def ahead(trials: tuple[Trial, ...], metric: Metric) -> Ahead:
    """What a further trial is measured by."""
    whole = ranked(trials, metric)
    if not whole:
        return NOBODY
    best, *others = whole
    apart = [np.var(np.subtract(best.scores, each.scores), ddof=1) for each in others]
    return Ahead(best.scores, len(whole), math.sqrt(np.mean(apart)) if apart else 0.0)

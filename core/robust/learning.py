"""How much more customers would help: the score by how many were learned from, and its forecast.

Scores follow an inverse power law of the rows (Mukherjee et al. 2003; Figueroa et al. 2012):
a + b rows^-c, fitted by least squares, the forecast's interval by drawing the points anew within
their spread.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from core.evaluate.metric import Better
from core.intervals import middle95
from core.models.family import Floats, Task
from core.progress import Report, part
from core.robust.ground import Ground, Places, in_any_order, said, score

SHARES = (0.1, 0.18, 0.32, 0.56, 1.0)
DRAWS = (4, 4, 3, 2, 1)
LEAST_ROWS = 40
POWERS = np.linspace(0.1, 2.0, 39)
REPLICATES = 300
STAGE = "robust.stage.learning"


@dataclass(frozen=True)
class Point:
    """The scores of models that learned from so many rows, one a draw of them."""

    rows: int
    scores: tuple[float, ...]

    @property
    def mean(self) -> float:
        return float(np.mean(self.scores))


@dataclass(frozen=True)
class Learning:
    """The points, the fewest rows first, and the law through them; ``more`` rows would change the
    score by ``change``, with its 95 % interval."""

    task: Task
    points: tuple[Point, ...]
    law: tuple[float, float, float]
    more: int
    change: float
    low: float
    high: float

    def at(self, rows: Floats) -> Floats:
        """The law's score at so many rows."""
        return at(self.law, rows)


def learning(of: Ground, report: Report, draws: tuple[int, ...] = DRAWS) -> Learning | None:
    """The curve of a model on its held-out rows; None where there are too few rows for one."""
    points = []
    sizes = [round(share * len(of.learn)) for share in SHARES]
    whole = sum(s * d for s, d in zip(SHARES, draws, strict=True))
    done = 0.0
    for share, size, many in zip(SHARES, sizes, draws, strict=True):
        found = []
        for draw in range(many):
            rows = _some(of, size, draw)
            told = part(report, done / whole, (done + share) / whole)
            done += share
            if rows is not None:
                found.append(score(of, said(of, rows, of.judge, told), of.judge))
        if found and np.isfinite(found).all():
            points.append(Point(size, tuple(found)))
    report(1.0, STAGE)
    return forecast(of.spec.task, tuple(points), of.metric.better)


def _some(of: Ground, size: int, draw: int) -> Places | None:
    """So many rows at random, those that stand together with each other; None where a class would
    lack: a customer more is what is asked about, not a purchase more of one who is there."""
    if size < LEAST_ROWS:
        return None
    if size == len(of.learn):
        return of.learn
    order = in_any_order(of, of.learn, np.random.default_rng([of.spec.seed, size, draw]))
    chosen = np.sort(order[:size])
    few = of.classes and len(np.unique(of.y[chosen])) < len(np.unique(of.y[of.learn]))
    return None if few or len(np.unique(of.y[chosen])) < 2 else chosen


def forecast(task: Task, points: tuple[Point, ...], better: Better) -> Learning | None:
    """The law through the points and what about as many rows again would change.

    None where there are fewer points than the law has numbers.
    """
    if len(points) < 3:
        return None
    rows = np.array([point.rows for point in points], float)
    means = np.array([point.mean for point in points])
    weights = np.array([float(len(point.scores)) for point in points])
    now = points[-1].rows
    more = rounded(now)
    law = fitted(rows, means, weights, better)
    drawn = np.random.default_rng(0).normal(means, _spread(points), (REPLICATES, len(points)))
    changes = [_change(fitted(rows, each, weights, better), now, more) for each in drawn]
    low, high = middle95(np.array(changes))
    change = _change(law, now, more)
    return Learning(task, points, law, more, change, min(low, change), max(high, change))


def rounded(rows: int) -> int:
    """About as many, as 1, 2 or 5 with zeros."""
    size = 10.0 ** np.floor(np.log10(rows))
    steps = np.array([1, 2, 5, 10]) * size
    return int(steps[np.argmin(np.abs(np.log(steps / rows)))])


def fitted(
    rows: Floats, scores: Floats, weights: Floats, better: Better
) -> tuple[float, float, float]:
    """a, b and c of a + b rows^-c with the least squares: more rows never make it worse."""
    share = weights / weights.sum()
    x = rows ** -POWERS[:, None]  # (powers, points)
    middle, level = x @ share, float(scores @ share)
    slopes = ((x - middle[:, None]) * (scores - level)) @ share
    slopes /= ((x - middle[:, None]) ** 2) @ share
    slopes = np.minimum(slopes, 0.0) if better is Better.HIGHER else np.maximum(slopes, 0.0)
    starts = level - slopes * middle
    losses = ((scores - starts[:, None] - slopes[:, None] * x) ** 2) @ share
    best = int(np.argmin(losses))
    return float(starts[best]), float(slopes[best]), float(POWERS[best])


def at(law: tuple[float, float, float], rows: Floats) -> Floats:
    """The score at so many rows."""
    start, slope, power = law
    return np.asarray(start + slope * np.asarray(rows, float) ** -power)


def _change(law: tuple[float, float, float], now: int, more: int) -> float:
    return float(at(law, np.array(now + more)) - at(law, np.array(now)))


def _spread(points: tuple[Point, ...]) -> Floats:
    """The standard error of each mean: draws of all sizes pooled, as variance falls with rows.

    Widened as Student's t is for the few draws that it comes from.
    """
    several = [point for point in points if len(point.scores) > 1]
    freedom = sum(len(point.scores) - 1 for point in several)
    if not freedom:
        return np.zeros(len(points))
    squares = sum(float(np.var(p.scores)) * len(p.scores) * p.rows for p in several)
    wide = float(stats.t.ppf(0.975, freedom) / stats.norm.ppf(0.975))
    unit = wide * np.sqrt(squares / freedom)
    return np.array([unit / np.sqrt(p.rows * len(p.scores)) for p in points])

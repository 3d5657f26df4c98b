"""Whether groups of customers are treated alike: rates by group with counts and intervals.

Rates are counted by fairlearn (Weerts et al. 2023, JMLR 24). Every group is held against all other
customers by Newcombe's (1998, Statistics in Medicine 17, method 10) interval of the difference of
two shares, wide enough for as many comparisons as there are groups (Bonferroni).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.privacy.counts import K
from core.evaluate.intervals import Bounded, Z, gap, quantile, wilson
from core.models.family import Task
from core.predict import Predictions

FOUR_FIFTHS = 0.8  # 29 CFR 1607.4 (D), 1978: a lower ratio of selection rates is looked into
LEAST = K  # customers of a group that is shown; smaller ones are taken together


@dataclass(frozen=True)
class Rate:
    """``hits`` of ``rows`` with Wilson's 95 % interval; None where there are no rows."""

    hits: int
    rows: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Apart:
    """A group's rate less that of all other customers, with the interval for all comparisons.

    ``differs`` is True where the interval leaves 0 out.
    """

    difference: float
    low: float
    high: float

    @property
    def differs(self) -> bool:
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Group:
    """One group on held-out rows. ``selected``: the model says yes, or names the class right.

    ``recall`` of those who did, ``precision`` of those named, ``actual``: who did. ``predicted`` is
    the mean chance (or value), ``happened`` the mean of what happened, ``off`` the mean of
    predicted less happened with ``off_low`` to ``off_high``, ``is_off`` whether that is not 0
    however many groups are looked at. For values the rates have no rows.
    """

    name: str
    rows: int
    selected: Rate
    recall: Rate
    precision: Rate
    predicted: float
    happened: float
    off: float
    off_low: float
    off_high: float
    is_off: bool
    selected_apart: Apart | None
    recall_apart: Apart | None
    precision_apart: Apart | None


@dataclass(frozen=True)
class Groups:
    """The groups of one column, largest first.

    ``small`` groups of fewer than ten customers, ``small_rows`` in all, are taken together as
    ``SMALL`` where they are ten together, and left out otherwise; ``unknown`` rows have no value.
    ``ratio`` is the lowest selection rate over the highest, None where nobody is selected.
    """

    column: str
    task: Task
    groups: tuple[Group, ...]
    small: int
    small_rows: int
    unknown: int
    ratio: float | None


SMALL = ""  # the name of small groups taken together


def by_groups(
    found: Predictions, names: pd.Series, threshold: float, column: str = ""
) -> Groups | None:
    """The groups that ``names`` (n,) puts held-out rows into, index = row number.

    Multi-class: "selected" is the class that is likeliest and right. None where fewer than two
    groups are left.
    """
    named = names.reindex(found.rows)
    known = named.notna().to_numpy(bool)
    labels, small, small_rows = _merged(named[known].astype(str))
    kept = labels.notna().to_numpy(bool)
    if labels[kept].nunique() < 2:
        return None
    rows = np.flatnonzero(known)[kept]
    sides = _Sides.of(found, rows, threshold)
    groups = _groups(sides, labels[kept].to_numpy(object))
    chosen = [g.selected.value for g in groups if g.selected.value is not None]
    ratio = min(chosen) / max(chosen) if chosen and max(chosen) > 0 else None
    if found.task is not Task.BINARY:
        ratio = None
    unknown = int((~known).sum())
    return Groups(column, found.task, groups, small, small_rows, unknown, ratio)


def newcombe(
    hits: int, rows: int, other_hits: int, other_rows: int, comparisons: int = 1
) -> Apart | None:
    """The difference of two shares; None where one has no rows."""
    if not rows or not other_rows:
        return None
    z = quantile(comparisons)
    return Apart(*gap(_share(hits, rows, z), _share(other_hits, other_rows, z)))


def _share(hits: int, rows: int, z: float) -> Bounded:
    low, high = wilson(hits, rows, z)
    return hits / rows, float(low), float(high)


def rate(hits: int, rows: int) -> Rate:
    """A share with its interval."""
    if not rows:
        return Rate(0, 0, None, None, None)
    return Rate(hits, rows, *_share(hits, rows, Z))


@dataclass(frozen=True, eq=False)
class _Sides:
    """Of each row: whether it is selected and whether it happened (n,), and both as numbers."""

    task: Task
    selected: NDArray[np.int64]
    happened: NDArray[np.int64]
    predicted: NDArray[np.float64]
    actual: NDArray[np.float64]

    @staticmethod
    def of(found: Predictions, rows: NDArray[np.int64], threshold: float) -> _Sides:
        truth, scores = np.asarray(found.truth)[rows], found.scores[rows]
        if found.task is Task.BINARY:
            said = (scores >= threshold).astype(np.int64)
            return _Sides(found.task, said, truth.astype(np.int64), scores, truth.astype(float))
        if found.task is Task.MULTICLASS:
            right = (scores.argmax(axis=1) == truth).astype(np.int64)
            sure = scores.max(axis=1)
            return _Sides(found.task, right, np.ones_like(right), sure, right.astype(float))
        nothing = np.zeros(len(rows), np.int64)
        return _Sides(found.task, nothing, nothing, scores, truth.astype(float))


def _merged(named: pd.Series) -> tuple[pd.Series, int, int]:
    """The names with small groups as SMALL (left out where even together they are too few)."""
    counts = named.value_counts()
    small = counts.index[counts < LEAST]
    rows = int(counts[counts < LEAST].sum())
    few = named.isin(small)
    return named.mask(few, SMALL if rows >= LEAST else np.nan), len(small), rows


def _groups(sides: _Sides, labels: NDArray[Any]) -> tuple[Group, ...]:
    """By fairlearn's frame: one call a statistic, each over the rows of every group."""
    from fairlearn.metrics import MetricFrame, count

    counted: dict[str, Callable[..., float]] = {
        "rows": count,
        "selected": lambda y_true, y_pred: int(y_pred.sum()),
        "happened": lambda y_true, y_pred: int(y_true.sum()),
        "both": lambda y_true, y_pred: int((y_true & y_pred).sum()),
    }
    frame = MetricFrame(
        metrics=counted,
        y_true=sides.happened,
        y_pred=sides.selected,
        sensitive_features=pd.Series(labels, name="group"),
    )
    by = frame.by_group.astype(np.int64).sort_values("rows", ascending=False, kind="stable")
    total = by.sum()
    return tuple(
        _group(str(name), line, total - line, sides, labels == name, len(by))
        for name, line in by.iterrows()
    )


def _group(
    name: str,
    line: pd.Series,
    others: pd.Series,
    sides: _Sides,
    inside: NDArray[np.bool_],
    comparisons: int,
) -> Group:
    pairs = {
        "selected": ("selected", "rows"),
        "recall": ("both", "happened"),
        "precision": ("both", "selected"),
    }
    if sides.task is Task.MULTICLASS:
        pairs = {"selected": ("selected", "rows")}
    if sides.task is Task.REGRESSION:
        pairs = {}
    rates = {key: rate(int(line[a]), int(line[b])) for key, (a, b) in pairs.items()}
    apart = {
        key: newcombe(int(line[a]), int(line[b]), int(others[a]), int(others[b]), comparisons)
        for key, (a, b) in pairs.items()
    }
    gaps = sides.predicted[inside] - sides.actual[inside]
    error = float(gaps.std(ddof=1)) / math.sqrt(len(gaps))
    off = float(gaps.mean())
    none = rate(0, 0)
    return Group(
        name=name,
        rows=int(line["rows"]),
        selected=rates.get("selected", none),
        recall=rates.get("recall", none),
        precision=rates.get("precision", none),
        predicted=float(sides.predicted[inside].mean()),
        happened=float(sides.actual[inside].mean()),
        off=off,
        off_low=off - Z * error,
        off_high=off + Z * error,
        is_off=abs(off) > quantile(comparisons) * error,
        selected_apart=apart.get("selected"),
        recall_apart=apart.get("recall"),
        precision_apart=apart.get("precision"),
    )

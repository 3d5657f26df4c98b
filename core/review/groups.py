"""Whether groups of customers are treated alike: rates by group with counts and intervals.

Rates are counted by fairlearn (Weerts et al. 2023, JMLR 24). Every group is held against all other
customers by Newcombe's (1998, Statistics in Medicine 17, method 10) interval of the difference of
two shares, wide enough for as many comparisons as there are groups (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.privacy.counts import K
from core.evaluate.units import Units, effective, error_of_mean, reach, units_at, units_of
from core.intervals import Bounded, gap, wilson
from core.models.family import Task
from core.predict import Predictions

FOUR_FIFTHS = 0.8  # 29 CFR 1607.4 (D), 1978: a lower ratio of selection rates is looked into
LEAST = K  # customers of a group that is shown; smaller ones are taken together


@dataclass(frozen=True)
class Rate:
    """``hits`` of ``rows`` with the 95 % interval of ``share_interval``; None where there are no
    rows."""

    hits: int
    rows: int
    value: float | None
    low: float | None
    high: float | None


NOTHING = Rate(0, 0, None, None, None)


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


Shares = tuple[float, float]  # hits and rows
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
    labels, small, small_rows = _merged(named[known].astype(str), units_of(found.only(known)))
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


def newcombe(one: Shares, other: Shares, wide: float) -> Apart | None:
    """The difference of two shares, ``wide`` standard errors on each side; None where one has no
    rows."""
    if not one[1] or not other[1]:
        return None
    return Apart(*gap(_share(one, wide), _share(other, wide)))


def _share(of: Shares, wide: float) -> Bounded:
    hits, rows = of
    low, high = wilson(hits, rows, wide)
    return hits / rows, float(low), float(high)


def rate(hits: int, rows: int, as_if: Shares, wide: float) -> Rate:
    """A share with the interval that it has as if it were of other numbers of hits and rows."""
    return Rate(hits, rows, *_share(as_if, wide)) if rows else NOTHING


@dataclass(frozen=True, eq=False)
class _Sides:
    """Of each row: whether it is selected and whether it happened (n,), both as numbers, and the
    unit that it is of."""

    task: Task
    selected: NDArray[np.int64]
    happened: NDArray[np.int64]
    predicted: NDArray[np.float64]
    actual: NDArray[np.float64]
    units: Units | None

    @staticmethod
    def of(found: Predictions, rows: NDArray[np.int64], threshold: float) -> _Sides:
        truth, scores = np.asarray(found.truth)[rows], found.scores[rows]
        units = units_of(found.only(rows))
        if found.task is Task.BINARY:
            said = (scores >= threshold).astype(np.int64)
            happened = truth.astype(np.int64)
            return _Sides(found.task, said, happened, scores, truth.astype(float), units)
        if found.task is Task.MULTICLASS:
            right = (scores.argmax(axis=1) == truth).astype(np.int64)
            sure = scores.max(axis=1)
            ones = np.ones_like(right)
            return _Sides(found.task, right, ones, sure, right.astype(float), units)
        nothing = np.zeros(len(rows), np.int64)
        return _Sides(found.task, nothing, nothing, scores, truth.astype(float), units)

    def are(self, counted: str) -> NDArray[np.bool_]:
        """Which rows are counted as that."""
        selected, happened = self.selected == 1, self.happened == 1
        every = np.ones(len(selected), bool)
        return {
            "rows": every,
            "selected": selected,
            "happened": happened,
            "both": selected & happened,
        }[counted]


def _merged(named: pd.Series, units: Units | None) -> tuple[pd.Series, int, int]:
    """The names with groups of few customers, whose rows are ``units`` (n,), as SMALL (left out
    where even together they are too few), how many those are, and their rows."""
    customers = pd.Series(np.arange(len(named)) if units is None else units, index=named.index)
    counts = customers.groupby(named).nunique()
    small = counts.index[counts < LEAST]
    few = named.isin(small)
    enough = customers[few].nunique() >= LEAST
    return named.mask(few, SMALL if enough else np.nan), len(small), int(few.sum())


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
    return tuple(
        _group(str(name), line, sides, labels == name, len(by)) for name, line in by.iterrows()
    )


PAIRS = {
    Task.BINARY: {
        "selected": ("selected", "rows"),
        "recall": ("both", "happened"),
        "precision": ("both", "selected"),
    },
    Task.MULTICLASS: {"selected": ("selected", "rows")},
    Task.REGRESSION: {},
}


def _group(
    name: str, line: pd.Series, sides: _Sides, inside: NDArray[np.bool_], comparisons: int
) -> Group:
    units = sides.units
    wide, usual = reach(units, comparisons), reach(units)
    rates, apart = dict[str, Rate](), dict[str, Apart | None]()
    for key, (hits, rows) in PAIRS[sides.task].items():
        within = effective(sides.are(hits), sides.are(rows) & inside, units)
        others = effective(sides.are(hits), sides.are(rows) & ~inside, units)
        rates[key] = rate(int(line[hits]), int(line[rows]), within, usual)
        apart[key] = newcombe(within, others, wide)
    gaps = sides.predicted[inside] - sides.actual[inside]
    error = error_of_mean(gaps, units_at(units, inside))
    off = float(gaps.mean())
    return Group(
        name=name,
        rows=int(line["rows"]),
        selected=rates.get("selected", NOTHING),
        recall=rates.get("recall", NOTHING),
        precision=rates.get("precision", NOTHING),
        predicted=float(sides.predicted[inside].mean()),
        happened=float(sides.actual[inside].mean()),
        off=off,
        off_low=off - usual * error,
        off_high=off + usual * error,
        is_off=abs(off) > wide * error,
        selected_apart=apart.get("selected"),
        recall_apart=apart.get("recall"),
        precision_apart=apart.get("precision"),
    )

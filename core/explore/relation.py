"""How the target goes along with one column: a rate, shares or a mean in each group of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import TargetMissing, UnknownOutcome
from core.explore.groups import Group, Sort, grouped, in_levels, order_of
from core.intervals import Z, student, wilson
from core.schema import Column, Kind, Schema

CLASSES_AT_MOST = 10

Floats = NDArray[np.float64]


class Measure(StrEnum):
    """What is measured in each group."""

    RATE = "rate"
    SHARES = "shares"
    MEAN = "mean"


@dataclass(frozen=True)
class Part:
    """One group: its rows, and per class (rate and mean: one) the value with its 95 % interval.

    Wilson's for rates and shares, Student's t for means (nan with fewer than two rows). Of a
    ``hidden`` part nothing is told (``core.explore.few``).
    """

    group: Group
    rows: int
    values: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    hidden: bool = False

    @property
    def value(self) -> float:
        return self.values[0]


@dataclass(frozen=True)
class Chance:
    """What the strength would be without any link, from ``draws`` shuffles of the target.

    ``usual`` is not passed by 95 % of them, and ``p`` is the share of shuffles as strong as the
    relation, itself counted among them.
    """

    p: float
    usual: float
    draws: int


@dataclass(frozen=True)
class Relation:
    """A column against the target, over the ``rows`` whose target is known.

    ``overall`` are the values over all of them. ``classes`` name the values of SHARES (the last
    one OTHER where rarer classes were folded). ``strength`` in 0..1 is the share of the target's
    uncertainty that knowing the group takes away, comparable between columns: for rates and shares
    mutual information over the target's entropy, less the (groups - 1)(classes - 1)/2n that chance
    gives (Miller 1955); for means epsilon squared (Kelley 1935). Chance alone gives about 0;
    ``chance`` says how far from 0 (``core.explore.chance``), where that was asked.
    """

    column: Column
    target: Column
    outcome: str
    measure: Measure
    rows: int
    classes: tuple[Group, ...]
    overall: tuple[float, ...]
    parts: tuple[Part, ...]
    strength: float
    chance: Chance | None = None


def relation(table: pd.DataFrame, column: Column, target: Column, outcome: str = "") -> Relation:
    """How ``target`` goes along with ``column`` in a typed table.

    With an ``outcome`` the rate of that level; without one the mean of a number or the shares of
    the classes. Raises TargetMissing, UnknownOutcome.
    """
    return _relation(table[column.name], column, Aim.of(table[target.name], target, outcome))


def strongest(
    table: pd.DataFrame, schema: Schema, target: str, outcome: str = "", how_many: int = 5
) -> tuple[Relation, ...]:
    """The features that go with the target most, strongest first (ties by the file's order)."""
    aim = Aim.of(table[target], schema[target], outcome)
    found = [
        _relation(table[column.name], column, aim)
        for column in schema.features
        if column.name != target and column.name in table
    ]
    return tuple(sorted(found, key=lambda r: -r.strength)[:how_many])


@dataclass(frozen=True)
class Aim:
    """The target made ready once for all columns: known rows, and class codes or numbers."""

    target: Column
    outcome: str
    measure: Measure
    known: NDArray[np.bool_]
    y: NDArray[np.float64] | NDArray[np.intp]
    classes: tuple[Group, ...]

    @classmethod
    def of(cls, values: pd.Series, target: Column, outcome: str) -> Aim:
        numbers = target.kind is Kind.NUMBER
        known = np.isfinite(values.to_numpy(np.float64)) if numbers else values.notna().to_numpy()
        if not known.any():
            raise TargetMissing(target.name)
        there = values[known]
        if outcome:
            hits = there.astype(str).eq(outcome).to_numpy(bool)
            if not hits.any():
                raise UnknownOutcome(target.name, outcome, _levels(there, target))
            return cls(target, outcome, Measure.RATE, known, hits.astype(np.intp), ())
        if numbers:
            return cls(target, "", Measure.MEAN, known, there.to_numpy(np.float64), ())
        classes = in_levels(there, CLASSES_AT_MOST, order_of(target))
        return cls(target, "", Measure.SHARES, known, classes.codes, classes.groups)


def _levels(values: pd.Series, target: Column) -> tuple[str, ...]:
    return target.levels or tuple(g.level for g in in_levels(values).groups if g.level)


def _relation(values: pd.Series, column: Column, aim: Aim) -> Relation:
    groups = grouped(values[aim.known].reset_index(drop=True), column)
    if aim.measure is Measure.MEAN:
        rows = groups.counts
        means = np.bincount(groups.codes, aim.y.astype(np.float64), len(rows)) / rows
        gaps = aim.y.astype(np.float64) - means[groups.codes]
        squares = np.bincount(groups.codes, gaps**2, len(rows))
        return of_means(column, aim, groups.groups, (rows, means, np.asarray(squares, float)))
    classes = len(aim.classes) or 2
    cells = np.bincount(groups.codes * classes + aim.y, minlength=len(groups.groups) * classes)
    return of_cells(column, aim, groups.groups, cells.reshape(-1, classes))


def of_cells(
    column: Column, aim: Aim, groups: tuple[Group, ...], cells: NDArray[np.int64]
) -> Relation:
    """A rate or shares from counts (groups, classes); nan in a group without rows."""
    shown = cells[:, 1:] if aim.measure is Measure.RATE else cells
    rows = cells.sum(axis=1)
    shares = shown / np.where(rows > 0, rows, np.nan)[:, None]
    lows, highs = wilson(shown, np.broadcast_to(rows[:, None], shown.shape))
    overall = tuple(float(value) for value in shown.sum(axis=0) / cells.sum())
    parts = _parts(groups, rows, (shares, lows, highs))
    return _made(column, aim, overall, parts, information(cells))


def of_means(
    column: Column,
    aim: Aim,
    groups: tuple[Group, ...],
    counted: tuple[NDArray[np.int64], Floats, Floats],
) -> Relation:
    """Means from each group's rows, mean, and sum of squares around it (nan without rows)."""
    rows, means, squares = counted
    there = rows > 0
    means = np.where(there, means, np.nan)
    lows, highs = student(means, np.sqrt(squares / np.maximum(rows - 1, 1)), rows)
    overall = float((rows * means)[there].sum() / rows.sum())
    within = float(squares[there].sum())
    total = within + float((rows * (means - overall) ** 2)[there].sum())
    parts = _parts(groups, rows, (means[:, None], lows[:, None], highs[:, None]))
    strength = _epsilon(within, total, int(rows.sum()), int(there.sum()))
    return _made(column, aim, (overall,), parts, strength)


def _made(
    column: Column, aim: Aim, overall: tuple[float, ...], parts: tuple[Part, ...], strength: float
) -> Relation:
    return Relation(
        column=column,
        target=aim.target,
        outcome=aim.outcome,
        measure=aim.measure,
        rows=sum(part.rows for part in parts),
        classes=aim.classes,
        overall=overall,
        parts=parts,
        strength=strength,
    )


def _parts(
    groups: tuple[Group, ...], rows: NDArray[np.int64], amounts: tuple[Floats, Floats, Floats]
) -> tuple[Part, ...]:
    return tuple(
        Part(group, int(n), tuple(v.tolist()), tuple(low.tolist()), tuple(high.tolist()))
        for group, n, v, low, high in zip(groups, rows, *amounts, strict=True)
    )


def _epsilon(within: float, total: float, n: int, k: int) -> float:
    """Share of the variance between groups, less what chance gives: 1 - MS_within / MS_total."""
    if total == 0 or n <= k:
        return 0.0
    return max(0.0, 1 - (within / (n - k)) / (total / (n - 1)))


def information(cells: NDArray[np.int64]) -> float:
    """Mutual information over the classes' entropy, in 0..1, from counts (groups, classes)."""
    n = cells.sum()
    by_group, by_class = cells.sum(axis=1), cells.sum(axis=0)
    of_classes = _entropy(by_class)
    if of_classes == 0:
        return 0.0
    chance = ((by_group > 0).sum() - 1) * ((by_class > 0).sum() - 1) / (2 * n)
    shared = _entropy(by_group) + of_classes - _entropy(cells.ravel())
    return float(min(max((shared - chance) / of_classes, 0.0), 1.0))


def _entropy(counts: NDArray[np.int64]) -> float:
    there = counts[counts > 0] / counts.sum()
    return float(-(there * np.log(there)).sum())


def clearest(found: Relation) -> tuple[Part, int] | None:
    """The part and the class's place that differ most surely from the whole; None if none does.

    Only differences that 95 % intervals widened for the number of comparisons (Bonferroni) leave
    no doubt about; of these the largest, weighed by how sure it is.
    """
    comparisons = max(len(found.parts) * len(found.overall), 1)
    wider = NormalDist().inv_cdf(1 - 0.025 / comparisons) / Z
    best: tuple[float, Part, int] | None = None
    for part in found.parts:
        for place, overall in enumerate(found.overall):
            gap = part.values[place] - overall
            near = part.lows[place] if gap > 0 else part.highs[place]
            half = abs(near - part.values[place])
            if part.group.sort is Sort.OTHER or not abs(gap) > wider * half:
                continue
            sure = gap * gap / max(half, 1e-12)
            if best is None or sure > best[0]:
                best = (sure, part, place)
    return best[1:] if best else None

"""Profiles and relations of tables of any size, out of counts that are made in SQL."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from core.data.engine import identifier, literal
from core.errors import TargetMissing, UnknownOutcome
from core.explore import groups
from core.explore.chance import with_chance
from core.explore.columns import Looked
from core.explore.cuts import Counted, Cut, counted, cut, cut_bins, cut_levels, cut_periods
from core.explore.profile import LEVELS_AT_MOST, PERIODS_AT_MOST, QUANTILES, Bar, Profile, Spread
from core.explore.relation import CLASSES_AT_MOST, Aim, Measure, Relation, of_cells, of_means
from core.schema import Column, Kind

FEW = 20_000  # distinct numbers: beyond, which is the most frequent tells nothing


def profile(looked: Looked, column: Column) -> Profile:
    """What ``core.explore.profile.profile`` gives, counted in SQL over every row.

    Bins are bounded by a sample; of numbers with very many values the count of different ones is
    an estimate.
    """
    if column.kind is Kind.NUMBER:
        return _of_numbers(looked, column)
    if column.kind is Kind.DATE:
        return _of_dates(looked, column)
    name = identifier(column.name)
    made = counted(looked, cut_levels(looked, column, LEVELS_AT_MOST))
    distinct = looked.first(f"SELECT count(DISTINCT {name}) FROM looked")[0]  # noqa: S608
    return _profile(column, made, distinct)


def _profile(column: Column, made: Counted, distinct: int) -> Profile:
    rows = made.cells[:, 0]
    bars = tuple(Bar(group, int(n)) for group, n in zip(made.groups, rows, strict=True))
    missing = sum(bar.rows for bar in bars if bar.group.sort is groups.Sort.MISSING)
    return Profile(column, int(rows.sum()), missing, int(distinct), bars)


def _of_dates(looked: Looked, column: Column) -> Profile:
    name = identifier(column.name)
    made = counted(looked, cut_periods(looked, column, PERIODS_AT_MOST), gaps=True)
    first, last, distinct = looked.first(
        f"SELECT min({name}), max({name}), count(DISTINCT {name}) FROM looked"  # noqa: S608
    )
    found = _profile(column, made, distinct)
    if first is None:
        return found
    return replace(found, first=pd.Timestamp(first), last=pd.Timestamp(last))


def _of_numbers(looked: Looked, column: Column) -> Profile:
    name = identifier(column.name)
    made = counted(looked, cut_bins(looked, column), gaps=True)
    mean, sd, quantiles, about = looked.first(
        f"SELECT avg({name}), stddev_samp({name}), quantile_cont({name}, {list(QUANTILES)}),"  # noqa: S608
        f" approx_count_distinct({name}) FROM looked"
    )
    found = _profile(column, made, about)
    if mean is None:
        return found
    usual, usual_rows = quantiles[0], 0
    if about <= FEW:
        usual, usual_rows, about = looked.first(
            f"SELECT {name}, count(*), count(*) OVER () FROM looked WHERE {name} IS NOT NULL"  # noqa: S608
            " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"
        )
    pairs = tuple(zip(QUANTILES, map(float, quantiles), strict=True))
    spread = Spread(mean, float("nan") if sd is None else sd, pairs, usual, usual_rows)
    return replace(found, distinct=int(about), spread=spread)


def relation(looked: Looked, column: Column, target: Column, outcome: str = "") -> Relation:
    """What ``core.explore.relation.relation`` gives, counted in SQL, with its chance.

    Raises TargetMissing, UnknownOutcome.
    """
    made = cut(looked, column, groups.RANGES_AT_MOST, groups.LEVELS_AT_MOST, groups.PERIODS_AT_MOST)
    return with_chance(related(looked, made, target, outcome))


def related(
    looked: Looked, made: Cut, target: Column, outcome: str, gaps: bool = False
) -> Relation:
    """The target in the groups of a cut."""
    name = identifier(target.name)
    known = f"{name} IS NOT NULL"
    if target.kind is Kind.NUMBER and not outcome:
        return _means(looked, made, target, gaps)
    if outcome:
        aim = _aim(target, outcome, Measure.RATE)
        hit = f"CAST(CAST({name} AS VARCHAR) = {literal(outcome)} AS INTEGER)"
        found = counted(looked, made, by=(hit, 2), where=known, gaps=gaps)
        if not found.cells.sum():
            raise TargetMissing(target.name)
        if not found.cells[:, 1].sum():
            raise UnknownOutcome(target.name, outcome, target.levels)
        return of_cells(made.column, aim, found.groups, found.cells)
    classes = cut_levels(looked, target, CLASSES_AT_MOST)
    if not classes.groups:
        raise TargetMissing(target.name)
    aim = _aim(target, "", Measure.SHARES, classes.groups)
    by = (classes.sql, len(classes.groups))
    found = counted(looked, made, by=by, where=known, gaps=gaps)
    return of_cells(made.column, aim, found.groups, found.cells)


def _means(looked: Looked, made: Cut, target: Column, gaps: bool) -> Relation:
    name = identifier(target.name)
    figures = f", avg({name}), var_pop({name})"
    found = counted(looked, made, figures, where=f"{name} IS NOT NULL", gaps=gaps)
    rows = found.cells[:, 0]
    if not rows.sum():
        raise TargetMissing(target.name)
    amounts = (rows, found.amounts[:, 0, 1], found.amounts[:, 0, 2] * rows)
    return of_means(made.column, _aim(target, "", Measure.MEAN), found.groups, amounts)


def _aim(
    target: Column, outcome: str, measure: Measure, classes: tuple[groups.Group, ...] = ()
) -> Aim:
    nothing = np.zeros(0)
    return Aim(target, outcome, measure, nothing.astype(bool), nothing, classes)

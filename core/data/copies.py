"""Columns that say what another column says: copies, straight lines of it, other names for it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from core.data.cells import identical
from core.data.finding import Finding, Remedy, Severity, left_out
from core.data.looked import LEARNED, Looked
from core.schema import Kind

ONE_LINE = 1e-9  # of the variance, what a straight line may leave unexplained
ROWS_TO_TELL = 50
LEVELS_TO_TELL = 1_000


def copies(look: Looked) -> Iterator[Finding]:
    """Later columns whose every cell is that of an earlier one."""
    alike: dict[tuple[int, int, str, str], list[str]] = {}
    for column, counts in zip(look.schema.columns, look.cells, strict=True):
        if counts.distinct <= 1:
            continue
        # few columns agree in all of these, so few pairs must be compared cell by cell
        key = (counts.empty, counts.distinct, counts.least, counts.most)
        firsts = alike.setdefault(key, [])
        for first in firsts:
            if identical(look.dataset, first, column.name, look.connection):
                filled = look.rows - counts.empty
                yield _copy("copies", first, column.name, (look, filled))
                break
        else:
            firsts.append(column.name)


def same_meaning(look: Looked, known: frozenset[str]) -> Iterator[Finding]:
    """Columns that follow from an earlier one by a straight line or level by level.

    ``known`` columns are passed over. Told from the sample.
    """
    if len(look.sample) < ROWS_TO_TELL:
        return
    target = look.schema.target
    names = [
        c.name
        for c in look.schema.columns
        if c.name in look.sample and c.role in LEARNED and c.name not in known
        and c != target
    ]  # fmt: skip
    lines = dict(_lines(look, names))
    for later, first in lines.items():
        yield _copy("linear_copy", first, later, (look, len(look.sample)))
    for later, first in _relabelled(look.sample[[n for n in names if n not in lines]]):
        yield _copy("relabelled", first, later, (look, len(look.sample)))


def _copy(code: str, first: str, later: str, where: tuple[Looked, int]) -> Finding:
    look, count = where
    target = look.schema.target
    out = first if target is not None and later == target.name else later
    learned = look.schema[out].role in LEARNED
    remedies: tuple[Remedy, ...] = left_out(out) if learned else ()
    looked_at = 0 if code == "copies" else look.sampled
    return Finding(code, later, count, first, Severity.WARN, (), looked_at, remedies)


def _lines(look: Looked, names: list[str]) -> Iterator[tuple[str, str]]:
    """Each number column that is a straight line of an earlier one, with that one."""
    numbers = [name for name in names if look.schema[name].kind is Kind.NUMBER]
    values = look.sample[numbers].to_numpy(np.float64)
    gaps = np.isnan(values)
    spread = np.nanstd(np.where(gaps.all(axis=0), 0.0, values), axis=0)
    usable = [i for i in range(len(numbers)) if spread[i] > 0]
    if len(usable) < 2:
        return
    values, gaps = values[:, usable], gaps[:, usable]
    means = np.nanmean(values, axis=0)
    centred = np.where(gaps, 0.0, values - means)
    scaled = centred / np.sqrt((centred**2).sum(axis=0))
    close = np.abs(scaled.T @ scaled) >= np.sqrt(1 - ONE_LINE)
    for later in range(1, len(usable)):
        for first in np.flatnonzero(close[later, :later]):
            if (gaps[:, first] == gaps[:, later]).all():
                yield numbers[usable[later]], numbers[usable[int(first)]]
                break


def _relabelled(sample: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Each column whose levels go one to one with those of an earlier one, with that one."""
    firsts: dict[int, list[tuple[str, np.ndarray]]] = {}
    for name in sample:
        codes, levels = pd.factorize(sample[name], use_na_sentinel=True)
        if not 2 <= len(levels) <= LEVELS_TO_TELL or len(levels) > len(sample) / 2:
            continue
        same = firsts.setdefault(len(levels), [])
        for first, other in same:
            # both are numbered in the order of appearance: the same numbers, the same partition
            if np.array_equal(codes, other):
                yield str(name), first
                break
        else:
            same.append((str(name), codes))

"""Columns that alone tell the answer, measured with one-column models that never see their rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.alone import loss_without
from core.data.finding import Finding, Severity, left_out
from core.data.looked import LEARNED, Looked
from core.schema import Column, Kind, Schema

FOLDS = 5
BINS = 40
LEVELS = 200
CLASSES = 50
SMOOTHING = 5.0
AUC_SURE, AUC_STRONG = 0.98, 0.75
ACCURACY_SURE, ACCURACY_STRONG = 0.95, 0.75
R2_SURE, R2_STRONG = 0.98, 0.9
STANDS_OUT = 0.2  # of what a model knows, lost without the column
COLUMNS_WITHOUT = 3
GAPS_TELL = 0.85  # how much of a column's strength its gaps alone have
GAPS_AT_LEAST = 0.02
Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Strength:
    """How well a column alone tells the answer, 0..1; from where that is ``sure`` to give it away
    and from where it is ``strong``; and how well its gaps alone tell it."""

    column: str
    value: float
    sure: float
    strong: float
    gaps: float = 0.0

    @property
    def filled_after(self) -> bool:
        """Whether it is the gaps that tell: the column seems to be filled by what happened."""
        return self.gaps >= self.strong and self.gaps >= GAPS_TELL * self.value


def leaks(look: Looked) -> Iterator[Finding]:
    """Every column that alone predicts the target too well to be true, or suspiciously well.

    Sure ones are named by their strength alone. Of strong ones, where there are two classes, only
    those that stand out: without the column a model of all the others loses a fifth of what it
    knows. Columns that together measure one thing do not. Told from the sample.
    """
    target = look.schema.target
    if target is None or target.name not in look.sample:
        return
    table = look.sample[look.sample[target.name].notna()]
    found = [s for s in strengths(table, look.schema) if s.value >= s.strong]
    for each in found:
        if each.value >= each.sure or each.filled_after:
            yield _finding(each, look, len(table))
    unsure = [s for s in found if s.value < s.sure and not s.filled_after]
    unsure = sorted(unsure, key=lambda s: -s.value)[:COLUMNS_WITHOUT]
    if unsure and table[target.name].nunique() == 2:
        sure = {s.column for s in found if s.value >= s.sure or s.filled_after}
        kept = [c for c in look.schema.columns if may_leak(c) and c.name not in sure]
        lost = loss_without(table, kept, target.name, tuple(s.column for s in unsure))
        unsure = [s for s in unsure if lost.get(s.column, 1.0) >= STANDS_OUT]
    for each in unsure:
        yield _finding(each, look, len(table))


def _finding(found: Strength, look: Looked, rows: int) -> Finding:
    sure = found.value >= found.sure
    code = "filled_after" if found.filled_after else "gives_away" if sure else "suspicious"
    severity = Severity.STOP if sure else Severity.WARN
    out = left_out(found.column)
    facts = (found.value, found.gaps)
    shown = f"{found.value:.2f}"
    return Finding(code, found.column, rows, shown, severity, facts, look.sampled, out)


def strengths(table: pd.DataFrame, schema: Schema) -> Iterator[Strength]:
    """How well each feature of a typed table whose target is known tells the target.

    The strength is the area under the ROC curve (two classes), the share of the errors of
    guessing the commonest class that go away (more classes) or R squared (numbers), each by
    five-fold cross-validation of a model that knows the mean of the target in every bin or level.
    """
    target = schema.target
    truth = None if target is None else _truth(table[target.name], target)
    if truth is None or len(table) < 2 * FOLDS:
        return
    folds = np.random.default_rng(0).integers(0, FOLDS, len(table))
    for column in schema.columns:
        if not may_leak(column):
            continue
        cells = table[column.name]
        value, sure, strong = _strength(_binned(cells, column), _line(cells, column), truth, folds)
        gaps = cells.isna().to_numpy()
        told = 0.0
        if value >= strong and GAPS_AT_LEAST <= gaps.mean() <= 1 - GAPS_AT_LEAST:
            told = _strength(gaps.astype(np.int64), np.empty(0), truth, folds)[0]
        yield Strength(column.name, value, sure, strong, told)


def may_leak(column: Column) -> bool:
    """Ids and groups are kept out of models; free text is not read."""
    return column.role in LEARNED and column.kind is not Kind.TEXT


def _line(values: pd.Series, column: Column) -> Floats:
    return values.to_numpy(np.float64) if column.kind is Kind.NUMBER else np.empty(0)


def _truth(values: pd.Series, target: Column) -> Floats | Codes | None:
    """Class numbers as int64, numbers as float64; None where the target is neither."""
    if target.kind is Kind.NUMBER:
        return values.to_numpy(np.float64)
    if target.kind in (Kind.DATE, Kind.TEXT):
        return None
    codes, levels = pd.factorize(values)
    return codes.astype(np.int64) if 2 <= len(levels) <= CLASSES else None


def _strength(
    bins: Codes, line: Floats, truth: NDArray[Any], folds: Codes
) -> tuple[float, float, float]:
    """The strength, and from where it is sure and strong."""
    if truth.dtype == np.float64:
        means = _held_out_means(bins, truth, folds)
        return max(_r2(truth, means), _linear_r2(line, truth)), R2_SURE, R2_STRONG
    shares = np.column_stack(
        [
            _held_out_means(bins, (truth == k).astype(np.float64), folds)
            for k in range(truth.max() + 1)
        ]
    )
    if shares.shape[1] == 2:
        # means of different folds must not be ranked together: each leans away from its own rows
        areas = [_auc(truth[folds == f] == 1, shares[folds == f, 1]) for f in range(FOLDS)]
        return float(np.mean(areas)), AUC_SURE, AUC_STRONG
    right = float((shares.argmax(axis=1) == truth).mean())
    commonest = float(np.bincount(truth).max() / len(truth))
    return (right - commonest) / (1 - commonest), ACCURACY_SURE, ACCURACY_STRONG


def _binned(values: pd.Series, column: Column) -> Codes:
    """Bin or level of each cell; the last is for missing ones and rare levels."""
    if column.kind in (Kind.NUMBER, Kind.DATE):
        numbers = _as_numbers(values)
        known = numbers[~np.isnan(numbers)]
        if not len(known):
            return np.zeros(len(numbers), np.int64)
        edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]))
        # a value that many cells share gets a bin of its own
        edges = np.unique(np.concatenate([edges, np.nextafter(edges, -np.inf)]))
        return np.where(np.isnan(numbers), len(edges) + 1, np.searchsorted(edges, numbers)).astype(
            np.int64
        )
    codes, levels = pd.factorize(values)
    kept = values.value_counts().index[:LEVELS]
    frequent = np.append(
        np.isin(np.asarray(levels, dtype=object), np.asarray(kept, dtype=object)), False
    )
    return np.where(frequent[codes], codes, len(levels)).astype(np.int64)


def _as_numbers(values: pd.Series) -> Floats:
    """Numbers as they are, dates as seconds since 1970; nan for a gap."""
    if not pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.to_numpy(np.float64)
    seconds = values.to_numpy().astype("datetime64[s]").astype(np.float64)
    return np.where(values.isna(), np.nan, seconds)


def _held_out_means(bins: Codes, truth: Floats, folds: Codes) -> Floats:
    """For each row the smoothed mean of the truth in its bin over the other folds."""
    means = np.empty(len(truth))
    size = int(bins.max()) + 1
    all_sums = np.bincount(bins, truth, size)
    all_counts = np.bincount(bins, minlength=size)
    for fold in range(FOLDS):
        held = folds == fold
        sums = all_sums - np.bincount(bins[held], truth[held], size)
        counts = all_counts - np.bincount(bins[held], minlength=size)
        overall = sums.sum() / max(1, counts.sum())
        means[held] = ((sums + SMOOTHING * overall) / (counts + SMOOTHING))[bins[held]]
    return means


def _auc(truth: NDArray[np.bool_], scores: Floats) -> float:
    """Mann and Whitney's share of pairs in the right order, ties counted half."""
    ranks = pd.Series(scores).rank().to_numpy()
    ones = int(truth.sum())
    zeros = len(truth) - ones
    if not ones or not zeros:
        return 0.5
    return float((ranks[truth].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def _r2(truth: Floats, predicted: Floats) -> float:
    spread = float(((truth - truth.mean()) ** 2).sum())
    return 1 - float(((truth - predicted) ** 2).sum()) / spread if spread else 0.0


def _linear_r2(values: Floats, truth: Floats) -> float:
    """R squared of a straight line through the known cells, when they are most of all."""
    if not len(values):
        return 0.0
    known = ~np.isnan(values)
    if known.sum() < max(3, len(truth) / 2) or not values[known].std() or not truth[known].std():
        return 0.0
    return float(np.corrcoef(values[known], truth[known])[0, 1] ** 2)

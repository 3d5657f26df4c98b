"""Columns that alone tell the answer, measured with one-column models that never see their rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.data.table import frame
from core.schema import Column, Kind, Role, Schema

ROWS_AT_MOST = 50_000
FOLDS = 5
BINS = 40
LEVELS = 200
CLASSES = 50
SMOOTHING = 5.0
AUC_SURE, AUC_STRONG = 0.98, 0.85
ACCURACY_SURE, ACCURACY_STRONG = 0.95, 0.75
R2_SURE, R2_STRONG = 0.98, 0.9
Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Leak:
    """``code`` is "gives_away" or "suspicious"; ``strength`` is 0..1 in two digits, measured on
    ``rows`` rows."""

    code: str
    column: str
    rows: int
    strength: str
    severity: str


def leaks(dataset: Dataset, schema: Schema) -> Iterator[Leak]:
    """Every column that alone predicts the target too well to be true, or suspiciously well.

    The strength is the area under the ROC curve (two classes), the share of the errors of
    guessing the commonest class that go away (more classes) or R squared (numbers), each by
    five-fold cross-validation of a model that knows the mean of the target in every bin or level.
    At most ROWS_AT_MOST rows, evenly spread, are looked at.
    """
    target = schema.target
    if target is None:
        return
    candidates = [c for c in schema.columns if _may_leak(c)]
    step = -(-dataset.rows // ROWS_AT_MOST)
    rows = range(0, dataset.rows, step) if step > 1 else None
    table = frame(dataset, [target.name, *(c.name for c in candidates)], rows)
    table = table[table[target.name].notna()]
    truth = _truth(table[target.name], target)
    if truth is None or len(table) < 2 * FOLDS:
        return
    folds = np.random.default_rng(0).integers(0, FOLDS, len(table))
    for column in candidates:
        strength, sure, strong = _strength(table[column.name], column, truth, folds)
        if strength >= strong:
            code, severity = ("gives_away", "stop") if strength >= sure else ("suspicious", "warn")
            yield Leak(code, column.name, len(table), f"{strength:.2f}", severity)


def _may_leak(column: Column) -> bool:
    """Ids and groups are kept out of models; free text is not read."""
    return column.role in (Role.FEATURE, Role.SENSITIVE) and column.kind is not Kind.TEXT


def _truth(values: pd.Series, target: Column) -> Floats | Codes | None:
    """Class numbers as int64, numbers as float64; None where the target is neither."""
    if target.kind is Kind.NUMBER:
        return values.to_numpy(np.float64)
    if target.kind in (Kind.DATE, Kind.TEXT):
        return None
    codes, levels = pd.factorize(values)
    return codes.astype(np.int64) if 2 <= len(levels) <= CLASSES else None


def _strength(
    values: pd.Series, column: Column, truth: NDArray[Any], folds: Codes
) -> tuple[float, float, float]:
    """The strength, and from where it is sure and strong."""
    bins = _binned(values, column)
    if truth.dtype == np.float64:
        means = _held_out_means(bins, truth, folds)
        line = values.to_numpy(np.float64) if column.kind is Kind.NUMBER else np.empty(0)
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
    if column.kind is Kind.NUMBER:
        numbers = values.to_numpy(np.float64)
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

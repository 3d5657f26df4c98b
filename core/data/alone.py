"""Does a column stand alone: what a model of all columns loses when one is left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.schema import Column, Kind

ROWS = 4_000
FOLDS = 2
TREES = 25
DEPTH = 8
ROWS_OF_A_LEAF = 4
COLUMNS = 200
Floats = NDArray[np.float64]


def loss_without(
    table: pd.DataFrame, columns: Sequence[Column], target: str, out: Sequence[str]
) -> dict[str, float]:
    """For each column of ``out`` the share of what a model knows that is lost without it.

    What a model knows is how far its area under the ROC curve is above a half: a small forest on
    at most ROWS rows with two-fold cross-validation, the same folds each time. The target has
    two levels and no gaps. Where no model knows anything, and where no other column is left, all
    is lost.
    """
    drawn = table
    if len(table) > ROWS:
        drawn = table.iloc[np.linspace(0, len(table) - 1, ROWS).astype(int)]
    truth = (drawn[target] == drawn[target].iloc[0]).to_numpy()
    used = sorted(columns, key=lambda c: c.name not in out)[:COLUMNS]
    x = np.column_stack([_codes(drawn[c.name], c) for c in used]).astype(np.float32)
    if len(used) < 2 or min(truth.sum(), (~truth).sum()) < FOLDS:
        return dict.fromkeys(out, 1.0)
    names = [c.name for c in used]
    whole = _area(x, truth)
    if whole <= 0.5:
        return dict.fromkeys(out, 1.0)
    return {
        name: (whole - max(0.5, _area(np.delete(x, names.index(name), axis=1), truth)))
        / (whole - 0.5)
        for name in out
    }


def _codes(cells: pd.Series, column: Column) -> Floats:
    """One number a cell; levels by how common they are, gaps below all."""
    if column.kind is Kind.NUMBER:
        values = cells.to_numpy(np.float64)
    elif column.kind is Kind.DATE:
        days = cells.to_numpy().astype("datetime64[D]").astype(np.float64)
        values = np.where(cells.isna(), np.nan, days)
    else:
        order = {level: place for place, level in enumerate(cells.value_counts().index)}
        values = cells.map(order).to_numpy(np.float64, na_value=np.nan)
    known = values[np.isfinite(values)]
    low = float(known.min()) if len(known) else 0.0
    filled = np.where(np.isfinite(values), values, low - 1 - abs(low))
    return np.clip(filled, -1e38, 1e38)


def _area(x: NDArray[np.float32], truth: NDArray[np.bool_]) -> float:
    """The mean area over the folds."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold

    areas = []
    for learn, test in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(x, truth):
        forest = RandomForestClassifier(
            TREES, max_depth=DEPTH, min_samples_leaf=ROWS_OF_A_LEAF, random_state=0, n_jobs=1
        )
        forest.fit(x[learn], truth[learn])
        areas.append(roc_auc_score(truth[test], forest.predict_proba(x[test])[:, 1]))
    return float(np.mean(areas))

"""Columns that stand in for a sensitive one: leaving it out is no help where others tell it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.explain.standins import COLUMNS_AT_MOST
from core.explore.correlations import Measured, associations
from core.schema import Column, Schema

SHOWN = 5
FOLDS = 5
ROWS_AT_MOST = 5_000
FEWEST = 50  # rows to tell anything by
TELLS = 0.3  # of an association
RECOGNISED = 0.7  # AUC


@dataclass(frozen=True)
class Proxy:
    """A column that goes along with the sensitive one: |association| by the pair's measure."""

    column: str
    strength: float
    measure: Measured


@dataclass(frozen=True)
class StandIns:
    """What tells a sensitive column.

    ``told`` is the AUC (several levels: the mean of one against the rest) with which a shallow
    forest of the model's other columns tells ``column``'s groups on rows it did not learn from
    (five folds, ``error`` the standard error over them); .5 is not at all. None where that cannot
    be known. ``used`` says whether the model learns from the column itself.
    """

    column: str
    used: bool
    proxies: tuple[Proxy, ...]
    told: float | None
    error: float | None
    rows: int


def standing_in(
    table: pd.DataFrame, columns: tuple[Column, ...], sensitive: Column, groups: pd.Series
) -> StandIns:
    """How the model's ``columns`` tell ``sensitive``, whose groups are ``groups`` (n,).

    ``table`` (n, ...) holds all of them.
    """
    others = tuple(c for c in columns if c.name != sensitive.name)
    used = len(others) < len(columns)
    found = associations(table, Schema((*others, sensitive)), sensitive.name, COLUMNS_AT_MOST + 1)
    pairs = [
        Proxy(name, float(abs(found.values[0, i])), found.measures[0][i])
        for i, name in enumerate(found.columns)
        if i and np.isfinite(found.values[0, i])
    ]
    strongest = sorted(pairs, key=lambda pair: -pair.strength)[:SHOWN]
    known = groups.notna().to_numpy(bool)
    told = _told(table[known], others, groups[known].astype(str))
    return StandIns(sensitive.name, used, tuple(strongest), *told, int(known.sum()))


def _told(
    table: pd.DataFrame, columns: tuple[Column, ...], groups: pd.Series
) -> tuple[float | None, float | None]:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold

    common = groups.value_counts()
    keep = groups.isin(common.index[common >= 2 * FOLDS]).to_numpy(bool)
    drawn = np.flatnonzero(keep)
    drawn = np.sort(np.random.default_rng(0).permutation(drawn)[:ROWS_AT_MOST])
    codes, levels = pd.factorize(groups.iloc[drawn])
    if len(drawn) < FEWEST or len(levels) < 2 or np.bincount(codes).min() < FOLDS or not columns:
        return None, None
    x = _numbers(table.iloc[drawn], columns)
    scores = []
    for learn, judge in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(x, codes):
        forest = RandomForestClassifier(50, max_depth=8, min_samples_leaf=5, random_state=0)
        said = forest.fit(x[learn], codes[learn]).predict_proba(x[judge])
        truth = codes[judge]
        two = len(levels) == 2
        scores.append(
            roc_auc_score(truth, said[:, 1])
            if two
            else roc_auc_score(truth, said, multi_class="ovr")
        )
    return float(np.mean(scores)), float(np.std(scores, ddof=1) / np.sqrt(FOLDS))


def _numbers(table: pd.DataFrame, columns: tuple[Column, ...]) -> np.ndarray:
    """Columns as numbers: levels by their codes, gaps below everything."""
    sides = []
    for column in columns:
        cells = table[column.name]
        if pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells):
            sides.append(cells.to_numpy("float64", na_value=np.nan))
        elif pd.api.types.is_datetime64_any_dtype(cells):
            days = cells.astype("datetime64[s]").astype("int64").astype("float64")
            sides.append(days.where(cells.notna()).to_numpy())
        else:
            codes = pd.factorize(cells.astype(object))[0].astype("float64")
            sides.append(np.where(codes < 0, np.nan, codes))
    return np.column_stack(sides)

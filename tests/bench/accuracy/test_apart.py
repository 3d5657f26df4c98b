"""How sure a difference over folds is, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from bench.accuracy.apart import apart as interval
from bench.accuracy.sets import Asked

Answer = NDArray[np.float64]


def _answers(asked: Asked, seed: int) -> list[Answer]:
    draw = np.random.default_rng(seed)
    return [0.5 * asked.y[judge] + draw.normal(size=len(judge)) for _, judge in asked.folds]


def _delong(y: Answer, one: Answer, other: Answer) -> float:
    """The standard error of a difference of areas, from the placements of DeLong et al. (1988)."""
    parts = []
    for said in (one, other):
        wins = (said[y == 1][:, None] > said[y == 0][None, :]).astype("float64")
        parts.append((wins.mean(axis=1), wins.mean(axis=0)))
    yes, no = (parts[0][side] - parts[1][side] for side in (0, 1))
    return float(np.sqrt(yes.var(ddof=1) / len(yes) + no.var(ddof=1) / len(no)))


def test_the_errors_of_folds_add_up_in_squares(apart: Asked) -> None:
    ahead, behind = _answers(apart, 1), _answers(apart, 2)
    differences, errors = [], []
    for (_, judge), one, other in zip(apart.folds, ahead, behind, strict=True):
        y = apart.y[judge].astype("float64")
        differences.append(roc_auc_score(y, one) - roc_auc_score(y, other))
        errors.append(_delong(y, one, other))
    low, high = interval(apart, ahead, behind)
    assert (low + high) / 2 == pytest.approx(np.mean(differences), abs=1e-12)
    half = 1.959964 * np.sqrt(np.square(errors).sum()) / len(errors)
    assert (high - low) / 2 == pytest.approx(half, rel=1e-4)


def test_it_counts_groups_where_there_are_some(grouped: Asked) -> None:
    """Nine rows in a row say the same of a household: it is one answer."""
    owner = grouped.table["household"].str[1:].astype(int).to_numpy() // 3
    alike = replace(grouped, table=grouped.table.assign(household=owner.astype(str)))
    ahead = [owner[judge] % 5 + 0.3 * grouped.y[judge] for _, judge in grouped.folds]
    behind = [owner[judge] % 3 + 0.1 * grouped.y[judge] for _, judge in grouped.folds]
    wide = interval(alike, ahead, behind)
    narrow = interval(replace(alike, group=""), ahead, behind)
    assert sum(wide) == pytest.approx(sum(narrow))
    assert wide[1] - wide[0] > 1.2 * (narrow[1] - narrow[0])

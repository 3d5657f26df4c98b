"""The best single column: what a model of many columns must beat to be worth its trouble.

After Holte (1993): each column alone is given a small tree of a few groups, and the one that tells
most about rows that its tree did not see is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.models import tree
from core.models.family import (
    Encoding,
    Family,
    Fitted,
    Floats,
    Matrix,
    Problem,
    Reasons,
    Task,
    setting,
)
from core.models.folds import distances, drawn, folds
from core.models.leaves import give_real_shares, grown_tree, rows_in_a_leaf, scores
from core.models.saving import save_estimator
from core.progress import Report

FOLDS = 5
ROWS_TO_CHOOSE = 20_000  # more hardly change which column is best
STAGE = "models.stage.columns"


@dataclass(frozen=True)
class Params:
    """``groups`` is the most groups of customers that the column tells apart."""

    groups: int = setting(6, 2, 30)
    min_samples_leaf: int = setting(0, 0, 1000)


def fit(params: Params, problem: Problem, seed: int, report: Report) -> Fitted:
    """Choose the column by cross-validation and grow its tree on all rows.

    A column of the user's is all of its cells.
    """
    blocks = problem.blocks or tuple((i, i + 1) for i in range(problem.x.shape[1]))
    few = drawn(problem, ROWS_TO_CHOOSE, seed)
    asides = folds(few, FOLDS, seed)
    losses = []
    for place, (start, stop) in enumerate(blocks):
        report(place / (len(blocks) + 1), STAGE)
        alone = replace(few, x=few.x[:, start:stop])
        losses.append(float(distances(alone, asides, _saying(params, seed)).sum()))
    report(len(blocks) / (len(blocks) + 1), STAGE)
    alone = replace(problem, x=_only(problem.x, slice(*blocks[int(np.argmin(losses))])))
    tree_of_it = _grown(params, alone, seed)
    give_real_shares([tree_of_it.tree_], problem)
    report(1.0, STAGE)
    return Fitted(tree_of_it)


def _saying(params: Params, seed: int) -> Callable[[Problem, Matrix], Floats]:
    return lambda learned, x: scores(_grown(params, learned, seed), x)


def _only(x: Matrix, column: slice) -> Matrix:
    """The matrix with all other columns constant, so that no question is about them."""
    found = np.zeros_like(x)
    found[:, column] = x[:, column]
    return found


def _grown(params: Params, problem: Problem, seed: int) -> Any:
    return grown_tree(
        problem,
        seed,
        max_leaf_nodes=params.groups,
        min_samples_leaf=rows_in_a_leaf(params.min_samples_leaf, len(problem.x)),
    )


FAMILY = Family(
    key="column",
    order=9,
    tasks=frozenset(Task),
    params=Params,
    encoding=Encoding.CODES,
    reasons=Reasons.TREES,
    fit=fit,
    scores=scores,
    save=save_estimator,
    load=tree.load,
)

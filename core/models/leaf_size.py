"""How few rows a leaf of a forest may hold, where nobody says: found on rows set aside.

No size serves every table. Where the answer hardly depends on chance, small leaves tell more (what
households spend on wine: R2 0.78 by leaves of 2, 0.74 by 20), where it nearly is chance they learn
it by heart (who answers a bank's call: AUC 0.757 and 0.773). Twelve small forests tell which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from core.models.family import Fitted, Floats, Matrix, Problem
from core.models.folds import Aside, distances, folds
from core.models.leaves import rows_in_a_leaf, scores, weights_given
from core.progress import Report, part, silent

FEWEST, MOST = 1_000, 30_000  # rows; fewer tell little apart, of more 20 makes a small model
SIZES = (2, 6, 20, 60)
TREES, FOLDS = 60, 3
ONE_FOLD = 5_000  # rows, of which one of the folds, and all but the smallest size, tell enough
CHOOSING = 0.5  # of the time, as a guess
STAGE = "models.stage.leaves"

Grow = Callable[[Any, Problem, int, Report], Fitted]


def with_leaves(grow: Grow, params: Any, problem: Problem, seed: int, report: Report) -> Fitted:
    """A forest that ``grow`` makes, of the leaf size (``min_samples_leaf``) that is asked for, or
    of the one that errs least."""
    size, chosen = rows_in_a_leaf(params.min_samples_leaf, len(problem.y)), {}
    if not params.min_samples_leaf and FEWEST <= len(problem.y) <= MOST:
        asides = folds(problem, FOLDS, seed)
        if asides[0].any():  # else a class is in one group alone
            told = part(report, 0.0, CHOOSING)
            size = _found(grow, params, problem, asides, seed, told)
            report, chosen = part(report, CHOOSING, 1.0), {"min_samples_leaf": size}
    fitted = grow(replace(params, min_samples_leaf=size), problem, seed, report)
    return replace(fitted, chosen=chosen)


def _found(
    grow: Grow, params: Any, problem: Problem, asides: list[Aside], seed: int, report: Report
) -> int:
    sizes = SIZES
    if len(problem.y) > ONE_FOLD:
        asides, sizes = asides[:1], SIZES[1:]
    if weights_given(problem) is not None:  # real shares are put back into the smallest too roughly
        sizes = SIZES[1:]
    few = replace(params, trees=min(params.trees, TREES), kept=0, pruned=0.0)
    losses = []
    for place, size in enumerate(sizes):
        report(place / len(sizes), STAGE)
        say = _saying(grow, replace(few, min_samples_leaf=size), seed)
        losses.append(distances(problem, asides, say).mean())
    return sizes[int(np.argmin(losses))]


def _saying(grow: Grow, params: Any, seed: int) -> Callable[[Problem, Matrix], Floats]:
    return lambda learned, x: scores(grow(params, learned, seed, silent).estimator, x)

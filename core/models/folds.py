"""Rows of a problem set aside in turn, classes in equal shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.models.family import Floats, Matrix, Problem
from core.models.outputs import target_columns
from core.progress import Report, silent

Aside = NDArray[np.bool_]
Numbers = NDArray[np.int64]


def folds(problem: Problem, parts: int, seed: int) -> list[Aside]:
    """Which rows (rows,) are set aside in each of ``parts`` folds, drawn by the seed.

    Rows that belong together are in one fold. A fold without which a class would have no rows left
    is no fold; where none is left, all rows are learned from and set aside at once.
    """
    number = numbered(problem.y, parts, seed, problem.groups)
    found = [number == part for part in range(parts)]
    return [each for each in found if _can_learn(problem, each)] or [np.zeros(len(number), bool)]


def numbered(y: NDArray[Any], parts: int, seed: int, groups: Numbers | None = None) -> Numbers:
    """The part of each row with the answers ``y`` (rows,): classes in equal shares, or groups
    whole where there are several."""
    chance = np.random.default_rng(seed)
    names, groups = np.unique(groups, return_inverse=True) if groups is not None else ((), None)
    if groups is not None and len(names) > 1:
        return np.asarray((chance.permutation(len(names)) % parts)[groups], "int64")
    order = chance.permutation(len(y))
    if y.dtype.kind == "i":
        order = order[np.argsort(y[order], kind="stable")]
    number = np.empty(len(order), "int64")
    number[order] = np.arange(len(order)) % parts
    return number


def _can_learn(problem: Problem, aside: Aside) -> bool:
    if not aside.any() or aside.all():
        return False
    return not problem.classes or len(np.unique(problem.y[~aside])) == problem.classes


def parted(aside: Aside) -> tuple[Aside, Aside]:
    """The rows to learn from and those to be judged on: the same ones where none is set aside."""
    return (~aside, aside) if aside.any() else (~aside, ~aside)


def some(problem: Problem, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Problem:
    """The problem of some of its rows."""
    groups = None if problem.groups is None else problem.groups[rows]
    x, y, weights = problem.x[rows], problem.y[rows], problem.weights[rows]
    return replace(problem, x=x, y=y, weights=weights, groups=groups)


def drawn(problem: Problem, most: int, seed: int) -> Problem:
    """At most so many rows, drawn by the seed, in their order; of each class at least one."""
    rows = len(problem.y)
    if rows <= most:
        return problem
    order = np.random.default_rng(seed).permutation(rows)
    chosen = order[:most]
    if problem.classes:
        firsts = np.unique(problem.y[order], return_index=True)[1]
        chosen = np.union1d(chosen, order[firsts])
    return some(problem, np.sort(chosen))


def said_apart(
    problem: Problem,
    asides: list[Aside],
    say: Callable[[Problem, Matrix], Floats],
    report: Report = silent,
) -> Floats:
    """What is said of rows that were not learned from: (rows, outputs).

    ``say(learned, x)`` learns from a problem and speaks of x. NaN for a row that no fold sets
    aside.
    """
    found = np.full(target_columns(problem.task, problem.y, problem.classes).shape, np.nan)
    for place, aside in enumerate(asides):
        report(place / len(asides), "models.stage.folds")
        learn, held = parted(aside)
        found[held] = say(some(problem, learn), problem.x[held]).reshape(held.sum(), -1)
    return found


def distances(
    problem: Problem, asides: list[Aside], say: Callable[[Problem, Matrix], Floats]
) -> Floats:
    """How far shares or values said of rows set aside are from the truth: (rows,).

    Squares, summed over classes (Brier 1950), times the rows' weights; 0 where nothing is said.
    """
    apart = said_apart(problem, asides, say)
    apart -= target_columns(problem.task, problem.y, problem.classes)
    return np.nan_to_num((apart**2).sum(axis=1)) * problem.weights

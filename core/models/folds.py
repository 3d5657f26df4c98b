"""Rows of a problem set aside in turn, classes in equal shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.models.family import Problem

Aside = NDArray[np.bool_]


def folds(problem: Problem, parts: int, seed: int) -> list[Aside]:
    """Which rows (rows,) are set aside in each of ``parts`` folds, drawn by the seed.

    A fold without which a class would have no rows left is no fold; where none is left, all rows
    are learned from and set aside at once.
    """
    order = np.random.default_rng(seed).permutation(len(problem.y))
    if problem.classes:
        order = order[np.argsort(problem.y[order], kind="stable")]
    number = np.empty(len(order), "int64")
    number[order] = np.arange(len(order)) % parts
    found = [number == part for part in range(parts)]
    return [each for each in found if _can_learn(problem, each)] or [np.zeros(len(order), bool)]


def _can_learn(problem: Problem, aside: Aside) -> bool:
    if not aside.any() or aside.all():
        return False
    return not problem.classes or len(np.unique(problem.y[~aside])) == problem.classes


def parted(aside: Aside) -> tuple[Aside, Aside]:
    """The rows to learn from and those to be judged on: the same ones where none is set aside."""
    return (~aside, aside) if aside.any() else (~aside, ~aside)

"""Customers put into groups by their reasons, and into an order in which neighbours are alike."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.explain.explanation import Explanation
from core.explain.importance import importance

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
CUSTOMERS_AT_MOST = 300
GROUPS_AT_MOST = 6
MOST_CUTS = 12  # some of the groups of a cut may be too small to speak of
LEAST_OF_A_GROUP = 0.03  # of the customers; a smaller one is no group
NAMED = 2


@dataclass(frozen=True)
class Push:
    """The mean effect of one column on the customers of a group."""

    column: str
    mean: float


@dataclass(frozen=True)
class Group:
    """Customers of like reasons: ``start`` to ``stop`` of the order.

    ``pushes`` are the columns with the largest mean effects on them, strongest first.
    """

    start: int
    stop: int
    prediction: float
    pushes: tuple[Push, ...]

    @property
    def rows(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True, eq=False)
class Clusters:
    """An explanation in the order of its tree: customers (n,), columns (p,) strongest first.

    ``explained`` has both in that order. ``of_rows`` is how many customers there were before at
    most 300 were taken. ``told`` is the share of the reasons' spread between the groups.
    """

    explained: Explanation
    of_rows: int
    columns: tuple[str, ...]
    groups: tuple[Group, ...]
    told: float


def clusters(explanation: Explanation, customers: int = CUSTOMERS_AT_MOST) -> Clusters:
    """Groups of customers by hierarchical clustering of their effects.

    Ward's (1963) method on the effects as they are, for all are in the same unit; leaves are
    ordered so that neighbours are alike (Bar-Joseph et al. 2001). There are as many groups, from
    two to six, as the index of Calinski and Harabasz (1974) favours. One group where there are
    fewer than three customers or no differences.
    """
    rows = len(explanation.rows)
    kept = np.linspace(0, rows - 1, min(rows, customers)).astype(int)
    some = explanation.only(kept.tolist())
    order, labels = _clustered(some.effects)
    ordered = some.only(order.tolist())
    names = tuple(one.column for one in importance(explanation))
    return Clusters(
        explained=ordered,
        of_rows=rows,
        columns=names,
        groups=_groups(ordered, labels),
        told=_told(ordered.effects, labels),
    )


def _clustered(effects: Floats) -> tuple[Rows, NDArray[np.int64]]:
    """The order of the rows and, in that order, the number of each one's group."""
    n = len(effects)
    if n < 3 or not np.ptp(effects, axis=0).any():
        return np.arange(n), np.zeros(n, np.int64)
    from scipy.cluster.hierarchy import fcluster, leaves_list, linkage

    tree = linkage(effects, "ward", optimal_ordering=True)
    order = leaves_list(tree)
    cuts = [fcluster(tree, count, "maxclust")[order] for count in range(1, min(MOST_CUTS, n) + 1)]
    labels = [_without_small(np.asarray(cut, np.int64)) for cut in cuts]
    return order, max(labels, key=lambda one: _index(effects[order], one))


def _without_small(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Runs that are too small to speak of join their neighbour in the order."""
    least = max(2.0, LEAST_OF_A_GROUP * len(labels))
    runs = np.split(labels, np.flatnonzero(np.diff(labels)) + 1)
    large = [i for i, run in enumerate(runs) if len(run) >= least] or [0]
    nearest = [min(large, key=lambda other: abs(other - i)) for i in range(len(runs))]
    return np.concatenate([np.full(len(run), nearest[i]) for i, run in enumerate(runs)])


def _index(effects: Floats, labels: NDArray[np.int64]) -> float:
    """Calinski and Harabasz: spread between groups over spread within, by degrees of freedom.

    Below zero for one group and for too many.
    """
    n, groups = len(labels), len(np.unique(labels))
    if not 2 <= groups <= GROUPS_AT_MOST or groups == n:
        return -float(groups)
    told = _told(effects, labels)
    return float("inf") if told >= 1 else told / (1 - told) * (n - groups) / (groups - 1)


def _told(effects: Floats, labels: NDArray[np.int64]) -> float:
    """The share of the sum of squares that lies between the groups."""
    if not len(effects):
        return 0.0
    middle = effects.mean(axis=0)
    total = float(((effects - middle) ** 2).sum())
    between = sum(
        float(
            (labels == label).sum() * ((effects[labels == label].mean(axis=0) - middle) ** 2).sum()
        )
        for label in np.unique(labels)
    )
    return between / total if total else 0.0


def _groups(ordered: Explanation, labels: NDArray[np.int64]) -> tuple[Group, ...]:
    """The runs of equal labels, in order."""
    if not len(labels):
        return ()
    edges = [0, *(np.flatnonzero(np.diff(labels)) + 1).tolist(), len(labels)]
    return tuple(_group(ordered, a, b) for a, b in pairwise(edges))


def _group(ordered: Explanation, start: int, stop: int) -> Group:
    means = ordered.effects[start:stop].mean(axis=0)
    strongest = np.argsort(-np.abs(means), kind="stable")[:NAMED]
    pushes = tuple(Push(ordered.columns[i], float(means[i])) for i in strongest)
    return Group(start, stop, float(ordered.prediction[start:stop].mean()), pushes)

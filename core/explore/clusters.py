"""Customers put into segments by how alike they are, with a stated choice of how many."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.privacy.counts import K
from core.errors import AllAlike, TooFewToGroup
from core.progress import Report, silent

FEWEST, MOST = 2, 8
ROWS_TO_FIT = 10_000
ROWS_FOR_SILHOUETTE = 2_000
LEAST_ROWS = 50
RERUNS = 4
STABLE = 0.75
LEAST_SHARE = 0.01  # of the rows, in the smallest segment
COMPONENTS_AT_MOST = 8
VARIANCE_KEPT = 0.9
SPIKE = 1e-2  # least variance of a mixture's component: columns of few values make needles
STARTS = 2
STAGE = "segments.stage.grouping"

Matrix = NDArray[np.float32]
Labels = NDArray[np.intp]
Assign = Callable[[Matrix], Labels]


class Method(StrEnum):
    """How customers are put together."""

    K_MEANS = "k_means"
    GAUSSIAN = "gaussian"


@dataclass(frozen=True)
class Wish:
    """What is asked for: ``segments`` is how many, 0 to have the number chosen."""

    method: Method = Method.K_MEANS
    segments: int = 0
    seed: int = 0


@dataclass(frozen=True)
class Tried:
    """A number of segments that was tried.

    ``silhouette`` is in -1..1 (Rousseeuw 1987), ``bic`` that of a mixture (None for k-means; lower
    is better), ``stability`` the mean adjusted Rand index (Hubert and Arabie 1985) between the
    segments and those that other seeds find in random halves, ``smallest`` the rows of the smallest
    segment among the rows fitted on.
    """

    segments: int
    silhouette: float
    stability: float
    smallest: int
    bic: float | None = None


@dataclass(frozen=True, eq=False)
class Clusters:
    """The segment of each row, (rows,), numbered from 0 with the largest first, and all tries."""

    labels: Labels
    chosen: Tried
    tried: tuple[Tried, ...]
    fitted: int


def clusters(x: Matrix, wish: Wish, report: Report = silent) -> Clusters:
    """Segments of the rows of a scaled matrix (rows, columns).

    At most 10,000 rows drawn by the seed are fitted on; every row goes to its nearest segment.
    Every number from 2 to 8 is tried; among those whose smallest segment has enough rows and which
    other halves of the rows find again (stability of 0.75 or more) the highest silhouette decides,
    for mixtures the lowest BIC. Raises TooFewToGroup and AllAlike.
    """
    if len(x) < LEAST_ROWS:
        raise TooFewToGroup(len(x), LEAST_ROWS)
    chance = np.random.default_rng(wish.seed)
    fitted = np.sort(chance.permutation(len(x))[:ROWS_TO_FIT])
    learn = x[fitted]
    most = min(MOST, len(np.unique(learn, axis=0)))
    if most < FEWEST:
        raise AllAlike(len(x))
    ways = range(FEWEST, most + 1) if not wish.segments else [min(wish.segments, most)]
    found: list[tuple[Tried, Assign]] = []
    for place, segments in enumerate(ways):
        steps = _steps(report, place, len(ways))
        found.append(_tried(learn, wish, segments, steps))
    best = chosen(tuple(tried for tried, _ in found), wish.method, len(learn))
    assign = next(assign for tried, assign in found if tried is best)
    labels = largest_first(assign(x))
    return Clusters(labels, best, tuple(tried for tried, _ in found), len(learn))


def chosen(tried: tuple[Tried, ...], method: Method, fitted: int) -> Tried:
    """The number of segments that the tries on ``fitted`` rows speak for."""
    least = max(K, LEAST_SHARE * fitted)
    large = [each for each in tried if each.smallest >= least] or list(tried)
    stable = [each for each in large if each.stability >= STABLE]
    if not stable:
        return max(large, key=lambda each: each.stability)
    if method is Method.GAUSSIAN:
        return min(stable, key=lambda each: each.bic or 0.0)
    return max(stable, key=lambda each: each.silhouette)


def largest_first(labels: Labels) -> Labels:
    """The same segments numbered from 0 by size; ties by who comes first."""
    _, first, inverse, counts = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.lexsort((first, -counts))
    place = np.empty(len(order), np.intp)
    place[order] = np.arange(len(order))
    return place[inverse]


def _steps(report: Report, place: int, of: int) -> Callable[[int], None]:
    def step(number: int) -> None:
        report((place + number / (RERUNS + 2)) / of, STAGE)

    return step


def _tried(
    x: Matrix, wish: Wish, segments: int, step: Callable[[int], None]
) -> tuple[Tried, Assign]:
    """One number of segments: fitted, measured, and found again in halves of the rows."""
    from sklearn.metrics import adjusted_rand_score, silhouette_score

    step(0)
    bic, assign = _fitted(x, wish.method, segments, wish.seed)
    labels = assign(x)
    step(1)
    drawn = np.random.default_rng(wish.seed).permutation(len(x))[:ROWS_FOR_SILHOUETTE]
    several = 1 < len(np.unique(labels[drawn])) < len(drawn)
    silhouette = float(silhouette_score(x[drawn], labels[drawn])) if several else -1.0
    agreed = []
    for rerun in range(RERUNS):
        step(rerun + 2)
        seed = wish.seed + 1 + rerun
        half = np.random.default_rng(seed).permutation(len(x))[: len(x) // 2]
        _, again = _fitted(x[half], wish.method, segments, seed)
        agreed.append(adjusted_rand_score(labels, again(x)))
    counts = np.bincount(labels, minlength=segments)
    return Tried(segments, silhouette, float(np.mean(agreed)), int(counts.min()), bic), assign


def _fitted(x: Matrix, method: Method, segments: int, seed: int) -> tuple[float | None, Assign]:
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():  # what did not settle shows in the stability
        warnings.simplefilter("ignore", ConvergenceWarning)
        return FITS[method](x, segments, seed)


def _k_means(x: Matrix, segments: int, seed: int) -> tuple[None, Assign]:
    """Lloyd's algorithm from k-means++ starts (Arthur and Vassilvitskii 2007)."""
    from sklearn.cluster import KMeans

    model = KMeans(segments, n_init=STARTS, random_state=seed).fit(x)
    return None, lambda rows: np.asarray(model.predict(rows), np.intp)


def _gaussian(x: Matrix, segments: int, seed: int) -> tuple[float, Assign]:
    """A mixture with full covariances on the leading principal components."""
    from sklearn.decomposition import PCA
    from sklearn.mixture import GaussianMixture

    axes = PCA(min(COMPONENTS_AT_MOST, *x.shape), random_state=seed).fit(x)
    enough = int(np.searchsorted(np.cumsum(axes.explained_variance_ratio_), VARIANCE_KEPT)) + 1

    def along(rows: Matrix) -> Any:
        return axes.transform(rows)[:, :enough].astype("float64")

    model = GaussianMixture(segments, n_init=STARTS, reg_covar=SPIKE, random_state=seed)
    model.fit(along(x))
    return float(model.bic(along(x))), lambda rows: np.asarray(model.predict(along(rows)), np.intp)


FITS: dict[Method, Callable[[Matrix, int, int], tuple[float | None, Assign]]] = {
    Method.K_MEANS: _k_means,
    Method.GAUSSIAN: _gaussian,
}

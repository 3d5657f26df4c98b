"""Random forests of two classes or of values, grown by oneDAL and kept as scikit-learn's trees.

Four of its ways would change what a tree says, and are met here:

- Of a class's trees it hands over no shares, only each leaf's most frequent class. Two classes are
  therefore grown as the values 0 and 1: their variance is half of Gini's impurity, so the splits
  are the same, and a leaf's mean is its share.
- It sorts values into at most 256 bins, and the limits it hands over lie anywhere between two
  bins' values: training rows would not be led to the leaves that they made. So the bins are formed
  here, it is given their numbers, and a limit is the middle between the values beside it.
- A leaf's least number of rows counts a row drawn twice twice, where scikit-learn counts it once:
  the number is raised by what the draws repeat.
- It looks at nodes of five rows or fewer without the bins, and then now and then mixes rows up
  that columns of one value alone preceded: means outside of the values came out. Forests whose
  leaves may be that small are left to scikit-learn.

What stays: it does not count a column of one value in a node among those tried there, so that
trees of such columns become somewhat larger (and better). Its extremely randomised trees are not
used: an AUC of 0.77 where scikit-learn's reach 0.84. (All seen in version 2026.2.)
"""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.models.family import Floats, Matrix, Problem, Task
from core.models.leaves import weights_given
from core.progress import Report

BINS = 255
BINS_AT_MOST = 1_000_000  # of its own: more than numbers of bins, so that it joins none of ours
ROWS_BETWEEN_REPORTS = 2_000_000  # rows times trees: a second or less
TREES_BETWEEN_REPORTS = 20  # at least: each time it sorts the rows anew
ROWS_MIXED_UP = 0.02 * BINS  # of a node that is split, where the bins are not looked at
UNDEFINED = -2  # what scikit-learn writes into the columns and limits of leaves
SEEDS = 2**31 - 1


def can_grow(bare: Any, problem: Problem) -> bool:
    """Whether the same forest as scikit-learn's comes out.

    Of two classes or of values, without the smallest leaves, and unweighted: with weights
    scikit-learn draws the heavy rows more often, which oneDAL cannot.
    """
    known = problem.task is not Task.MULTICLASS and weights_given(problem) is None
    return known and 2 * _rows_of_a_leaf(bare, len(problem.y)) > ROWS_MIXED_UP


def grown(bare: Any, problem: Problem, report: Report) -> Any:
    """``bare``, a RandomForest of scikit-learn as it was made, with trees that oneDAL grew.

    They depend on its ``random_state`` and on the problem, not on how many cores there are.
    """
    borders, numbers = binned(problem.x)
    centre, scale = _target(problem)
    y = ((problem.y - centre) / scale).astype("float32")
    forest = _shell(bare, problem)
    stump, trees = forest.estimators_[0], list[Any]()
    at_once = max(TREES_BETWEEN_REPORTS, ROWS_BETWEEN_REPORTS // len(y))
    for start in range(0, bare.n_estimators, at_once):
        report(start / bare.n_estimators, "models.stage.trees")
        many = min(at_once, bare.n_estimators - start)
        seed = int(np.random.default_rng((bare.random_state, start)).integers(SEEDS))
        for found in _grove(bare, many, seed, len(y)).fit(numbers, y).estimators_:
            made = copy(stump)
            made.tree_ = _tree(found.tree_, stump.tree_, borders, centre, scale)
            trees.append(made)
    forest.estimators_ = trees
    return forest


def binned(x: Matrix) -> tuple[Floats, Matrix]:
    """Borders (columns, at most 254) between bins, and the number of each cell's bin: as x.

    A column of few values has a bin for each, others have bins of as many rows as can be. A border
    is the middle between the greatest value of its bin and the least of the next.
    """
    borders = np.full((x.shape[1], BINS - 1), np.nan)
    numbers = np.empty_like(x)
    for column, values in enumerate(x.T):
        found = _borders(values)
        borders[column, : len(found)] = found
        numbers[:, column] = np.searchsorted(found, values)
    return borders, numbers


def _borders(values: NDArray[np.float32]) -> Floats:
    distinct = np.unique(values).astype("float64")
    below = distinct[:-1]
    if len(distinct) > BINS:
        ordered = np.sort(values)
        below = np.unique(ordered[np.arange(1, BINS) * len(ordered) // BINS]).astype("float64")
        below = below[below < distinct[-1]]
    above = distinct[np.searchsorted(distinct, below) + 1]
    return np.asarray((below + above) / 2)


def _target(problem: Problem) -> tuple[float, float]:
    """What to take from y and to divide it by: it is handed over as float32."""
    if problem.task is Task.BINARY:
        return 0.0, 1.0
    return float(problem.y.mean()), float(problem.y.std()) or 1.0


def _shell(bare: Any, problem: Problem) -> Any:
    """The forest with one stump: scikit-learn itself writes all that it keeps beside its trees."""
    from sklearn.base import clone

    small = {"n_estimators": 1, "max_depth": 1, "max_features": 1, "warm_start": False}
    forest = clone(bare).set_params(**small).fit(problem.x, problem.y)
    asked = bare.get_params()
    forest.estimators_[0].set_params(
        **{name: asked[name] for name in ("max_depth", "max_features")}
    )
    return forest.set_params(**asked)


def _grove(bare: Any, many: int, seed: int, rows: int) -> Any:
    from sklearnex.ensemble import RandomForestRegressor

    return RandomForestRegressor(
        many,
        bootstrap=bare.bootstrap,
        min_samples_leaf=_rows_of_a_leaf(bare, rows),
        max_features=bare.max_features,
        max_depth=bare.max_depth,
        max_samples=bare.max_samples,
        max_bins=BINS_AT_MOST,
        n_jobs=bare.n_jobs,
        random_state=seed,
    )


def _rows_of_a_leaf(bare: Any, rows: int) -> int:
    """The least rows of a leaf as oneDAL counts them."""
    least = int(bare.min_samples_leaf)
    if least == 1 or not bare.bootstrap:
        return least
    return round(least * times_drawn(rows, bare.max_samples or rows))


def times_drawn(rows: int, draws: int) -> float:
    """How often a row among those drawn is drawn, on average, in ``draws`` out of ``rows``."""
    return draws / (rows * (1.0 - (1.0 - 1.0 / rows) ** draws))


def _tree(found: Any, like: Any, borders: Floats, centre: float, scale: float) -> Any:
    """A ``sklearn.tree._tree.Tree`` of the classes or values of ``like``.

    ``found`` splits numbers of bins, and has values in its leaves alone.
    """
    from sklearn.tree._tree import Tree

    from core.models.packed.means import fill  # brings numba

    state = found.__getstate__()
    nodes = np.zeros_like(state["nodes"])  # what lies between the fields is not left to chance
    for name in nodes.dtype.names:
        nodes[name] = state["nodes"][name]
    inner, rows = nodes["left_child"] >= 0, nodes["n_node_samples"]
    border = np.floor(nodes["threshold"][inner]).astype("int64")
    nodes["feature"][~inner] = nodes["threshold"][~inner] = UNDEFINED
    nodes["threshold"][inner] = borders[nodes["feature"][inner], border]
    left, right = nodes["left_child"][inner], nodes["right_child"][inner]
    nodes["missing_go_to_left"] = 0
    nodes["missing_go_to_left"][inner] = rows[left] > rows[right]  # as scikit-learn's
    mean = state["values"][:, 0, 0].astype("float64")
    outputs = like.value.shape[2]
    if outputs == 2:  # a whole number of rows
        mean = np.round(mean * rows) / rows
        nodes["impurity"] *= 2.0  # Gini's
    else:
        nodes["impurity"] *= scale**2
    fill(nodes["left_child"].copy(), nodes["right_child"].copy(), rows.astype("float64"), mean)
    mean = mean * scale + centre
    values = np.stack([1 - mean, mean], axis=1) if outputs == 2 else mean[:, None]
    tree = Tree(like.n_features, np.array([outputs], np.intp), 1)
    told = {"max_depth": state["max_depth"], "node_count": len(nodes)}
    tree.__setstate__(told | {"nodes": nodes, "values": np.ascontiguousarray(values[:, None, :])})
    return tree

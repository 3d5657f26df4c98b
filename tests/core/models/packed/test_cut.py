"""The first trees of a forest, against scikit-learn's own stages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.models.family import Floats, Matrix, Task
from core.models.packed.cut import first, sums
from core.models.packed.trees import is_whole, packed, predicted
from tests.core.explain.shapley.exact.grown import KINDS, estimator, trees
from tests.core.explain.shapley.exact.grown import rows as six_columns
from tests.core.models.packed.boosted import of_boosting
from tests.core.models.packed.test_boosting import TASKS, grown, rows


def stages(booster: Any, x: Matrix) -> list[Floats]:
    """What scikit-learn's booster says after each round, before its link."""
    staged = getattr(booster, "_staged_raw_predict", None)
    return [np.asarray(raw).reshape(len(x), -1) for raw in staged(x)]  # type: ignore[misc]


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("rounds", [1, 5, 12])
def test_the_first_rounds_predict_what_scikit_learn_stages(task: Task, rounds: int) -> None:
    booster, x = grown(task), rows(300, seed=3)
    made = of_boosting(booster, 4)
    cut = first(made, rounds * made.leaves.shape[1])
    np.testing.assert_allclose(predicted(cut, x), stages(booster, x)[rounds - 1], atol=1e-12)
    assert is_whole(cut)
    learned = predicted(cut, rows(500))  # grown on these, each tree on all of them
    np.testing.assert_allclose(cut.base, learned.mean(axis=0), atol=1e-12)
    assert (len(cut.splits.left) < len(made.splits.left)) == (rounds < 12)


@pytest.mark.parametrize("kind", KINDS)
def test_sums_are_those_of_the_trees_one_by_one(kind: str) -> None:
    fitted, x = estimator(kind), six_columns(100, seed=8)
    alone = [tree.predict(x).reshape(len(x), -1) for tree in trees(fitted)]
    counts = sorted({1, len(alone)})
    given = packed(fitted)
    for count, total in sums(given, x, counts):
        theirs = np.sum(alone[:count], axis=0) / len(alone)
        np.testing.assert_allclose(total, theirs, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(predicted(first(given, count), x), total, atol=1e-12)
        assert is_whole(first(given, count))

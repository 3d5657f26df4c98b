"""A tree is as short as rows set aside allow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.models import tree
from core.models.family import Problem, Task
from core.progress import silent
from tests.core.models.problems import problem


def leaves(given: Problem, **asked: float) -> int:
    made = tree.fit(tree.FAMILY.settings(asked), given, 0, silent).estimator
    return int(made.get_n_leaves())


@pytest.mark.parametrize("task", list(Task))
def test_where_nothing_is_to_be_learned_nothing_is_asked(task: Task) -> None:
    given = problem(task, rows=800)
    chance = replace(given, y=np.random.default_rng(2).permutation(given.y))
    assert leaves(chance, pruning=1e-9) >= 15
    assert leaves(chance, pruning=0.0) <= 2


@pytest.mark.parametrize("task", list(Task))
def test_where_much_is_to_be_learned_questions_stay(task: Task) -> None:
    given = problem(task, rows=800)
    assert 3 <= leaves(given, pruning=0.0) < leaves(given, pruning=1e-9)


def test_the_pruning_is_the_strongest_within_one_standard_error() -> None:
    """Again by hand, fold by fold, with scikit-learn alone."""
    from sklearn.tree import DecisionTreeRegressor

    from core.models.folds import folds

    given = problem(Task.REGRESSION, rows=300)
    asides, found = folds(given, tree.FOLDS, 0), []
    for pruning in tree.PRUNINGS:
        losses = np.zeros(300)
        for aside in asides:
            y = given.y[~aside]
            made = DecisionTreeRegressor(
                max_depth=6, min_samples_leaf=2, ccp_alpha=pruning * y.var(), random_state=0
            ).fit(given.x[~aside], y)
            losses[aside] = (made.predict(given.x[aside]) - given.y[aside]) ** 2
        found.append(losses)
    best = min(found, key=np.mean)
    most = best.mean() + best.std() / np.sqrt(300)
    expected = max(p for p, each in zip(tree.PRUNINGS, found, strict=True) if each.mean() <= most)
    assert tree._found(tree.Params(pruning=0.0), given, 0, silent) == expected

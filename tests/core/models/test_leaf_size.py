"""How small a forest's leaves may be is found on rows set aside, groups whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier, RandomForestRegressor

from core.models import extra, forest, leaf_size
from core.models.family import Problem, Task
from core.models.folds import folds
from core.models.leaf_size import SIZES
from core.progress import silent
from tests.core.models.problems import balanced, problem

ROWS = 1_200


def of(task: Task, certain: bool, rows: int = ROWS) -> Problem:
    """An answer that hangs on much and not on chance, or hardly on anything else."""
    chance = np.random.default_rng(3)
    x = chance.normal(size=(rows, 5)).astype("float32")
    level = np.sin(3 * x[:, 0]) + x[:, 1] * x[:, 2] if certain else 0.1 * x[:, 0]
    y = level + (0.05 if certain else 1.0) * chance.normal(size=rows)
    if task is Task.REGRESSION:
        return Problem(task, x, y, np.ones(rows))
    classes = 3 if task is Task.MULTICLASS else 2
    y = np.searchsorted(np.quantile(y, np.arange(1, classes) / classes), y)
    return Problem(task, x, y.astype("int64"), np.ones(rows), classes, np.ones(classes))


def least(found: Any) -> int:
    return int(found.estimator.min_samples_leaf)


@pytest.mark.parametrize("kind", [forest, extra])
@pytest.mark.parametrize("task", list(Task))
def test_small_where_the_answer_is_certain_and_large_where_it_is_chance(
    kind: Any, task: Task
) -> None:
    params = kind.Params(trees=25)
    assert least(kind.fit(params, of(task, certain=True), 0, silent)) in SIZES[:2]
    assert least(kind.fit(params, of(task, certain=False), 0, silent)) in SIZES[-2:]


def test_it_is_the_size_that_scikit_learn_errs_least_by() -> None:
    given = of(Task.MULTICLASS, certain=False)
    given = replace(given, y=np.where(given.x[:, 1] > 0.3, 2, given.y))
    losses = []
    for size in SIZES:
        apart = np.empty(ROWS)
        for aside in folds(given, 3, 5):
            bare = ExtraTreesClassifier(30, min_samples_leaf=size, max_features=1.0, random_state=5)
            bare.fit(given.x[~aside], given.y[~aside])
            said = bare.predict_proba(given.x[aside])
            apart[aside] = ((said - np.eye(3)[given.y[aside]]) ** 2).sum(axis=1)
        losses.append(apart.mean())
    found = extra.fit(extra.Params(trees=30), given, 5, silent)
    assert least(found) == SIZES[int(np.argmin(losses))]
    assert found.chosen == {"min_samples_leaf": least(found)}
    asked = extra.fit(extra.Params(trees=30, min_samples_leaf=least(found)), given, 5, silent)
    for mine, theirs in zip(found.estimator.estimators_, asked.estimator.estimators_, strict=True):
        np.testing.assert_array_equal(mine.tree_.threshold, theirs.tree_.threshold)
        np.testing.assert_array_equal(mine.tree_.value, theirs.tree_.value)


def test_rows_that_belong_together_are_set_aside_together() -> None:
    """Six rows of each customer are nearly alike, and so are their answers by chance alone."""
    chance = np.random.default_rng(0)
    groups = np.repeat(np.arange(ROWS // 6), 6)
    x = chance.normal(size=(ROWS // 6, 5))[groups] + chance.normal(scale=0.01, size=(ROWS, 5))
    y = chance.integers(0, 2, ROWS // 6)[groups]
    ones = np.ones(ROWS)
    given = Problem(Task.BINARY, x.astype("float32"), y, ones, 2, np.ones(2))
    params = forest.Params(trees=25)
    assert least(forest.fit(params, given, 0, silent)) == SIZES[0]
    assert least(forest.fit(params, replace(given, groups=groups), 0, silent)) == SIZES[-1]


def test_larger_tables_are_told_by_one_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaf_size, "ONE_FOLD", ROWS - 1)
    told: list[str] = []
    params, given = forest.Params(trees=10), of(Task.REGRESSION, certain=True)
    found = forest.fit(params, given, 0, lambda _, stage: told.append(stage))
    assert least(found) == SIZES[1]
    assert told.count(leaf_size.STAGE) == len(SIZES) - 1


@pytest.mark.parametrize(("few", "many"), [(ROWS + 1, ROWS + 2), (ROWS - 2, ROWS - 1)])
def test_the_smallest_and_largest_tables_go_by_their_rows(
    few: int, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaf_size, "FEWEST", few)
    monkeypatch.setattr(leaf_size, "MOST", many)
    found = forest.fit(forest.Params(trees=10), of(Task.BINARY, certain=True), 0, silent)
    assert least(found) == ROWS // 100
    assert not found.chosen


def test_weighed_classes_keep_their_real_shares() -> None:
    """In leaves of two rows they would be a tenth too high."""
    given = balanced(problem(Task.BINARY, rows=4_000, share=0.06))
    new = problem(Task.BINARY, rows=8_000, share=0.06, seed=50)
    found = forest.fit(forest.Params(), given, 0, silent)
    assert least(found) == SIZES[1]
    assert forest.scores(found.estimator, new.x).mean() == pytest.approx(0.06, rel=0.1)


def test_what_is_asked_for_is_not_sought() -> None:
    stages: list[str] = []
    given = of(Task.REGRESSION, certain=True)
    params = forest.Params(trees=10, min_samples_leaf=7)
    found = forest.fit(params, given, 2, lambda _, stage: stages.append(stage))
    assert least(found) == 7
    assert leaf_size.STAGE not in stages
    assert not found.chosen
    assert isinstance(found.estimator, RandomForestRegressor)


def test_where_nothing_can_be_set_aside_the_rows_decide() -> None:
    given = of(Task.BINARY, certain=True)
    found = forest.fit(forest.Params(trees=10), replace(given, groups=given.y), 0, silent)
    assert least(found) == ROWS // 100
    assert not found.chosen


def test_it_tells_how_far_it_is() -> None:
    told: list[float] = []
    params = forest.Params(trees=10)
    forest.fit(params, of(Task.BINARY, certain=True), 0, lambda share, _: told.append(share))
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len([share for share in told if share < leaf_size.CHOOSING]) >= len(SIZES)


def test_a_class_of_two_is_no_hindrance() -> None:
    given = of(Task.MULTICLASS, certain=True)
    y = np.where(given.y == 2, 0, given.y)
    y[:2] = 2
    found = forest.fit(forest.Params(trees=10), replace(given, y=y), 0, silent)
    assert least(found) in SIZES
    assert len(problem(Task.MULTICLASS).y) < leaf_size.FEWEST  # others' tests stay quick

"""The best single column is found, and nothing else is looked at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.models import column
from core.models.family import Problem, Task
from core.progress import silent
from tests.core.models.problems import problem


def fitted(given: Problem, **asked: int) -> object:
    return column.fit(column.FAMILY.settings(asked), given, 0, silent).estimator


@pytest.mark.parametrize("task", list(Task))
def test_it_looks_at_the_column_that_tells_most(task: Task) -> None:
    """The first of five counts twice as much as the second; the others count nothing."""
    given = problem(task, rows=600)
    made = fitted(given)
    before = column.scores(made, given.x)
    changed = given.x.copy()
    changed[:, 1:] = 7.0
    np.testing.assert_array_equal(column.scores(made, changed), before)
    assert len(np.unique(before, axis=0)) > 2


def test_a_column_of_chance_is_not_taken_for_the_best() -> None:
    """Of many values a tree makes much of nothing: rows that it did not see tell."""
    given = problem(Task.BINARY, rows=300)
    chance = np.random.default_rng(3).normal(size=(300, 40)).astype("float32")
    made = fitted(replace(given, x=np.concatenate([chance, given.x], axis=1)))
    asked = set(made.tree_.feature[made.tree_.feature >= 0])  # type: ignore[attr-defined]
    assert asked == {40}


def test_it_has_as_many_groups_as_asked() -> None:
    given = problem(Task.REGRESSION)
    assert len(np.unique(column.scores(fitted(given, groups=3), given.x))) == 3

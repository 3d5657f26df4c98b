"""Every row is set aside once, classes in equal shares."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.models.family import Problem, Task
from core.models.folds import distances, drawn, folds, parted
from tests.core.models.problems import problem


@given(st.integers(20, 200), st.integers(2, 6), st.sampled_from(list(Task)), st.integers(0, 99))
def test_every_row_once(rows: int, parts: int, task: Task, seed: int) -> None:
    asides = folds(problem(task, rows=rows), parts, seed)
    assert len(asides) == parts
    assert (np.sum(asides, axis=0) == 1).all()
    sizes = [aside.sum() for aside in asides]
    assert max(sizes) - min(sizes) <= 1
    assert all((one == other).all() for one, other in zip(
        asides, folds(problem(task, rows=rows), parts, seed), strict=True))  # fmt: skip


@given(st.integers(2, 40), st.integers(2, 6), st.integers(0, 99))
def test_what_belongs_together_is_in_one_fold(homes: int, parts: int, seed: int) -> None:
    groups = np.random.default_rng(seed).integers(0, homes, 200)
    given_ = replace(problem(Task.BINARY, rows=200), groups=groups)
    asides = folds(given_, parts, seed)
    for aside in asides:
        assert not set(groups[aside]) & set(groups[~aside])
    few = drawn(given_, 100, seed)
    assert few.groups is not None
    assert len(few.groups) == len(few.y)


def test_one_group_alone_is_parted_row_by_row() -> None:
    plain = problem(Task.BINARY, rows=50)
    alone = replace(plain, groups=np.zeros(50, "int64"))
    for one, other in zip(folds(plain, 5, 1), folds(alone, 5, 1), strict=True):
        np.testing.assert_array_equal(one, other)


def test_classes_have_equal_shares() -> None:
    given_ = problem(Task.BINARY, rows=1000, share=0.1)
    shares = [given_.y[aside].mean() for aside in folds(given_, 5, 0)]
    assert max(shares) - min(shares) < 0.011


def lone(members: int) -> Problem:
    given_ = problem(Task.BINARY, rows=20)
    y = np.zeros(20, "int64")
    y[:members] = 1
    return replace(given_, y=y)


def test_a_fold_that_takes_a_whole_class_is_none() -> None:
    assert len(folds(lone(1), 5, 0)) == 4
    assert len(folds(lone(2), 5, 0)) == 5


def test_where_nothing_can_be_set_aside_all_is_learned_from() -> None:
    one = problem(Task.REGRESSION, rows=1)
    (aside,) = folds(one, 5, 0)
    learn, held = parted(aside)
    assert learn.all()
    assert held.all()


def test_drawn_rows_are_few_and_of_every_class() -> None:
    given_ = lone(1)
    few = drawn(given_, 5, 3)
    assert 5 <= len(few.y) <= 6
    assert set(few.y) == {0, 1}
    assert drawn(given_, 20, 3) is given_


def test_distances_are_those_of_rows_not_learned_from() -> None:
    given_ = problem(Task.REGRESSION, rows=30)
    asides = folds(given_, 3, 0)
    found = distances(given_, asides, lambda learned, x: np.full(len(x), learned.y.mean()))
    for aside in asides:
        expected = (given_.y[aside] - given_.y[~aside].mean()) ** 2
        np.testing.assert_allclose(found[aside], expected)

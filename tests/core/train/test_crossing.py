"""Training rows in parts: equal, repeatable, groups whole."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.train.crossing import PARTS, crossed


def test_parts_are_equal_and_so_are_their_classes() -> None:
    y = np.repeat([0, 1], [70, 30])
    found = crossed(y, 3)
    assert np.bincount(found).tolist() == [20] * PARTS
    assert np.bincount(found[y == 1]).tolist() == [6] * PARTS
    np.testing.assert_array_equal(found, crossed(y, 3))
    assert (found != crossed(y, 4)).any()


def test_values_are_parted_at_random() -> None:
    found = crossed(np.arange(103.0), 0)
    assert sorted(np.bincount(found)) == [20, 20, 21, 21, 21]
    assert len(np.unique(found[:10])) > 1


def test_a_group_is_whole_in_one_part() -> None:
    groups = pd.Series([f"g{i % 40}" for i in range(200)] + [None] * 5, dtype=object)
    found = crossed(np.zeros(205, "int64"), 1, pd.factorize(groups, use_na_sentinel=False)[0])
    each = pd.Series(found).groupby(groups.fillna("gap")).nunique()
    assert (each == 1).all()
    assert len(np.unique(found)) == PARTS


def test_where_there_is_one_group_rows_are_parted() -> None:
    found = crossed(np.arange(50.0), 1, np.zeros(50, "int64"))
    assert np.bincount(found).tolist() == [10] * PARTS


def test_few_rows_are_parted_too() -> None:
    assert crossed(np.array([1.0]), 0).tolist() == [0]
    assert sorted(crossed(np.array([0, 1]), 0).tolist()) == [0, 1]

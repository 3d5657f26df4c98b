"""Dependence against group means by hand and by pandas."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from core.errors import UnknownColumn
from core.explain.dependence import Group, dependence
from tests.core.explain.conftest import Make


def test_levels_most_frequent_first_and_missing_last(make: Make) -> None:
    values = ["b", "a", "a", None, "a", "b"]
    effects = [[0.1], [0.2], [0.4], [0.5], [0.6], [0.3]]
    found = dependence(make({"c": values}, effects), "c")
    assert [(m.group, m.first, m.rows) for m in found.means] == [
        (Group.LEVEL, "a", 3),
        (Group.LEVEL, "b", 2),
        (Group.MISSING, None, 1),
    ]
    a, b, missing = found.means
    assert (a.mean, b.mean, missing.mean) == pytest.approx((0.4, 0.2, 0.5))
    wide = 1.959964 * np.std([0.2, 0.4, 0.6], ddof=1) / math.sqrt(3)
    assert (a.low, a.high) == pytest.approx((0.4 - wide, 0.4 + wide), abs=1e-6)
    assert math.isnan(missing.low)
    assert found.numbers is None


def test_few_numbers_are_kept_apart(make: Make) -> None:
    found = dependence(make({"n": [2, 1, 2]}, [[0.1], [0.2], [0.3]]), "n")
    assert [(m.first, m.last, m.rows) for m in found.means] == [(1, 1, 1), (2, 2, 2)]
    assert [m.mean for m in found.means] == pytest.approx([0.2, 0.2])


def test_many_numbers_are_binned_like_pandas_qcut(make: Make) -> None:
    rng = np.random.default_rng(1)
    values, effects = rng.normal(size=500), rng.normal(size=500)
    found = dependence(make({"n": values}, effects[:, None].tolist()), "n")
    expected = pd.Series(effects).groupby(pd.qcut(values, 10, labels=False)).agg(["mean", "size"])
    assert [m.mean for m in found.means] == pytest.approx(expected["mean"].tolist())
    assert [m.rows for m in found.means] == expected["size"].tolist()
    assert found.means[0].first == values.min()
    assert found.means[-1].last == values.max()


def test_heavy_ties_make_fewer_bins(make: Make) -> None:
    values = [0.0] * 90 + [float(i) for i in range(1, 31)]
    found = dependence(make({"n": values}, [[v] for v in values]), "n")
    assert sum(m.rows for m in found.means) == 120
    assert (found.means[0].first, found.means[0].last, found.means[0].rows) == (0, 0, 90)
    assert all(m.rows > 0 for m in found.means)


def test_dates_and_booleans(make: Make) -> None:
    days = pd.date_range("2024-01-01", periods=4)
    table = {"d": days, "b": [True, False, True, True]}
    explanation = make(table, [[0.1, 0.2]] * 4)
    assert dependence(explanation, "d").means[0].first == days[0]
    assert [m.first for m in dependence(explanation, "b").means] == [True, False]


def test_levels_beyond_twenty_are_taken_together(make: Make) -> None:
    values = [f"v{i}" for i in range(30)]
    found = dependence(make({"c": values}, [[1.0]] * 30), "c")
    assert len(found.means) == 20
    assert (found.means[-1].group, found.means[-1].rows) == (Group.OTHERS, 11)


@pytest.mark.parametrize("words", [False, True])
def test_points_are_thinned_and_say_so(make: Make, words: bool) -> None:
    rng = np.random.default_rng(2)
    numbers = rng.normal(size=4000)
    values = [f"v{int(n)}" for n in numbers] if words else numbers
    explanation = make({"n": values}, numbers[:, None].tolist())
    found = dependence(explanation, "n")
    assert (found.rows, len(found.values), len(found.effects)) == (4000, 1500, 1500)
    assert sum(m.rows for m in found.means) == 4000
    if not words:
        assert found.values.min() == numbers.min()
        assert found.values.max() == numbers.max()
    again = dependence(explanation, "n")
    assert again.effects.tolist() == found.effects.tolist()


def test_all_missing(make: Make) -> None:
    found = dependence(make({"n": [math.nan, math.nan]}, [[0.1], [0.3]]), "n")
    assert [(m.group, m.rows) for m in found.means] == [(Group.MISSING, 2)]


def test_inputs_are_left_as_they_were(make: Make) -> None:
    explanation = make({"n": [3.0, 1.0, 2.0]}, [[0.1], [0.2], [0.3]])
    before = explanation.inputs.copy()
    dependence(explanation, "n")
    pd.testing.assert_frame_equal(explanation.inputs, before)


def test_an_unknown_column(make: Make) -> None:
    with pytest.raises(UnknownColumn) as caught:
        dependence(make({"n": [1.0]}, [[0.1]]), "m")
    assert caught.value.known == ("n",)

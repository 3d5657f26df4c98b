"""Rows of one customer count once in every interval of reasons."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.explain.cohorts import compared
from core.explain.dependence import dependence
from core.explain.explaining import explain, explainer
from core.explain.explanation import Explanation
from core.explain.importance import importance, mean_intervals
from core.explain.ties import ties
from core.explain.words import word_effects
from core.models.family import Task
from core.train.texts import TextPart
from tests.core.explain.conftest import made
from tests.core.explain.models import table, trained

TIMES = 4


def once(customers: int = 60, seed: int = 0) -> Explanation:
    chance = np.random.default_rng(seed)
    inputs = {
        "visits": chance.integers(0, 5, customers),
        "city": chance.choice(["a", "b"], customers),
    }
    effects = chance.normal(0.1, 0.3, (customers, 2))
    errors = np.full((customers, 2), 0.01)
    return made(inputs, effects.tolist(), errors=errors.tolist())


def often(found: Explanation) -> Explanation:
    """Each row so many times, as one customer's."""
    places = np.repeat(np.arange(len(found.rows)), TIMES)
    again = found.only(places.tolist())
    return replace(again, rows=np.arange(len(places)), groups=places.astype("int64"))


def test_copies_of_rows_leave_importance_as_it_is() -> None:
    found = once()
    for one, same in zip(importance(found), importance(often(found)), strict=True):
        for name in ("mean", "error", "low", "high"):
            assert getattr(same, name) == pytest.approx(getattr(one, name)), name


def test_rows_alone_are_units_of_one() -> None:
    found = once()
    assert importance(replace(found, groups=found.rows + 7)) == importance(found)


@pytest.mark.parametrize("customers", [2, 12])
def test_few_customers_have_students_interval(customers: int) -> None:
    found = once(customers)
    sizes, none = np.abs(found.effects), np.zeros(2)
    units = np.repeat(np.arange(customers), TIMES)
    low, high = mean_intervals(sizes[units], none, units)
    wide = stats.t.ppf(0.975, customers - 1) * stats.sem(sizes)
    np.testing.assert_allclose(low, sizes.mean(axis=0) - wide)
    np.testing.assert_allclose(high, sizes.mean(axis=0) + wide)


def test_one_customer_is_one_answer() -> None:
    sizes = np.array([[0.1], [0.3], [0.2]])
    low, high = mean_intervals(sizes, np.zeros(1), np.zeros(3, "int64"))
    assert high[0] - low[0] > 2 * sizes.std(ddof=1)


def test_intervals_hold_what_other_customers_bring() -> None:
    """Of 40 households with 1 to 30 rows each that are alike: their mean is a ratio of sums."""
    chance = np.random.default_rng(4)
    held = {"units": 0, "rows": 0}
    for _ in range(400):
        sizes = chance.integers(1, 31, 40)
        units = np.repeat(np.arange(40), sizes)
        amounts = (chance.exponential(1.0, 40)[units] + chance.exponential(0.5, len(units)))[
            :, None
        ]
        for key, of in (("units", units), ("rows", None)):
            low, high = mean_intervals(amounts, np.zeros(1), of)
            held[key] += bool(low[0] <= 1.5 <= high[0])
    assert held["units"] / 400 > 0.9
    assert held["rows"] / 400 < 0.6


def test_copies_of_rows_leave_ties_as_they_are() -> None:
    chance = np.random.default_rng(2)
    settled = 0
    for _ in range(20):
        a = chance.normal(0.5, 0.4, 60)
        found = made(
            {"a": [0] * 60, "b": [0] * 60},
            np.column_stack([a, a + chance.normal(0.1, 0.4, 60)]).tolist(),
        )
        assert ties(often(found), ("b", "a")) == ties(found, ("b", "a"))
        settled += ties(found, ("b", "a")) == ()
    assert 0 < settled < 20


def test_copies_of_rows_leave_the_means_of_two_groups_as_they_are() -> None:
    found = once(90)
    first = np.arange(90) < 40
    one, same = (
        compared(found, first, ~first),
        compared(often(found), np.repeat(first, TIMES), np.repeat(~first, TIMES)),
    )
    for a, b in zip(
        [one.difference, *(c.difference for c in one.columns)],
        [same.difference, *(c.difference for c in same.columns)],
        strict=True,
    ):
        assert (b.value, b.low, b.high) == pytest.approx((a.value, a.low, a.high))


@pytest.mark.parametrize("column", ["visits", "city"])
def test_the_means_of_a_columns_values_count_customers(column: str) -> None:
    found = once()
    for one, same in zip(
        dependence(found, column).means, dependence(often(found), column).means, strict=True
    ):
        customers = same.rows // TIMES
        assert customers == one.rows
        wider = stats.t.ppf(0.975, customers - 1) / stats.norm.ppf(0.975)
        own = 0.01 * math.sqrt(1 / one.rows - 1 / same.rows)
        assert same.mean == pytest.approx(one.mean)
        assert same.high - same.mean == pytest.approx(wider * (one.high - one.mean), abs=3 * own)


def test_words_count_customers() -> None:
    texts = ["very good", "good"] * 20
    effects = np.random.default_rng(1).normal(0.2, 0.1, (40, 1))
    found = made({"review": texts}, effects.tolist())
    part = TextPart(("good", "very"), (1.0, 1.0), ((1.0, 1.0),), (0.0, 0.0), (1.0, 1.0))
    for one, same in zip(
        word_effects(found, "review", part), word_effects(often(found), "review", part), strict=True
    ):
        wider = stats.t.ppf(0.975, one.rows - 1) / stats.norm.ppf(0.975)
        assert same.high - same.mean == pytest.approx(wider * (one.high - one.mean))


def test_rows_held_out_are_known_by_their_groups_and_others_stand_alone() -> None:
    model = trained("tree", Task.BINARY)
    groups = np.arange(len(model.held_out)) // 3
    ready = explainer(replace(model, held_out_groups=groups))
    asked = [
        *model.held_out[[5, 3, 4, 8]].tolist(),
        *sorted(set(table().index) - set(model.held_out))[:2],
    ]
    found = explain(ready, table().loc[asked])
    assert found.groups is not None
    told = found.groups.tolist()
    assert told[:4] == groups[[5, 3, 4, 8]].tolist()
    assert len(set(told)) == 4
    assert found.units == 4
    assert found.only([1, 2]).units == 1
    assert explain(explainer(model), table().loc[asked]).groups is None
    parts = [explain(ready, table().loc[[row]]).groups for row in asked]
    assert [int(part[0]) for part in parts if part is not None] == told


def test_nothing_is_measured_of_no_rows() -> None:
    assert all(map(math.isnan, mean_intervals(np.zeros((0, 1)), np.zeros(1))[0]))
    assert pd.isna(importance(once(1))[0].low)

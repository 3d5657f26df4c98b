from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.check import findings
from core.data.dataset import Dataset
from core.data.finding import Finding
from core.data.values import Spread, _fences, _lonely

Loaded = Callable[..., Dataset]


def found_in(dataset: Dataset) -> dict[tuple[str, str], Finding]:
    return {(f.code, f.column): f for f in findings(dataset)}


def made(**columns: object) -> str:
    return pd.DataFrame(columns).to_csv(index=False)


def test_impossible_by_name(loaded: Loaded) -> None:
    chance = np.random.default_rng(0)
    age = chance.integers(18, 90, 300)
    age[:2] = (-5, 200)
    price = chance.normal(50, 9, 300).round(2)
    price[7] = -3
    found = found_in(loaded(made(age=age, price=price, change=chance.normal(size=300).round(3))))
    assert found["impossible", "age"].count == 2
    limits = found["impossible", "age"].remedies[0]
    assert (limits.low, limits.high) == (0, 120)
    assert found["impossible", "price"].example == "-3"
    assert ("impossible", "change") not in found


def test_dates_in_the_future(loaded: Loaded) -> None:
    days = [f"202{i % 6}-03-{i % 28 + 1:02d}" for i in range(200)]
    days[3] = "2087-03-04"
    found = found_in(loaded(made(day=days, x=np.arange(200) * 1.25)))["future", "day"]
    assert (found.count, found.example) == (1, "2087-03-04")


def test_long_tails_are_not_outliers_and_a_lonely_value_is(loaded: Loaded) -> None:
    chance = np.random.default_rng(1)
    tail = chance.lognormal(3, 1.2, 3000).round(4)
    assert not [k for k in found_in(loaded(made(v=tail, w=tail[::-1]))) if k[0] == "outliers"]
    tail[9] = 9e7
    found = found_in(loaded(made(v=tail, w=tail[::-1] / 7)))["outliers", "v"]
    assert (found.count, found.example) == (1, "90000000")
    assert tail[np.arange(3000) != 9].max() <= found.remedies[0].high < 9e7


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(-1e6, 1e6), min_size=8, max_size=8, unique=True))
def test_the_limit_lies_between_the_far_and_the_near(values: list[float]) -> None:
    outermost = tuple(sorted(values, reverse=True))
    first, third = np.quantile(values, [0.25, 0.75])
    spread = Spread(8, first, third, tuple(sorted(values)), outermost)
    _, high = _fences(spread)
    limit = _lonely(outermost, high, third)
    assert limit == pytest.approx(np.inf) or (limit in outermost and outermost[0] > high)

"""The law through scores is the one they were made of, and its forecast says how sure it is."""

import numpy as np
import pandas as pd
import pytest

from core.evaluate.metric import Better
from core.models.family import Task
from core.progress import silent
from core.robust.ground import said, score
from core.robust.learning import (
    DRAWS,
    SHARES,
    Point,
    _some,
    at,
    fitted,
    forecast,
    learning,
    rounded,
)
from core.train.spec import Split, SplitKind
from tests.core.robust.made import rows, wish

SIZES = np.array([100.0, 180.0, 320.0, 560.0, 1000.0])


@pytest.mark.parametrize("power", [0.3, 0.5, 1.0])
@pytest.mark.parametrize(("slope", "better"), [(-2.0, Better.HIGHER), (3.0, Better.LOWER)])
def test_the_law_is_found_again(power: float, slope: float, better: Better) -> None:
    scores = 0.9 + slope * SIZES**-power
    law = fitted(SIZES, scores, np.ones(5), better)
    assert law == pytest.approx((0.9, slope, power), rel=1e-3)
    assert at(law, SIZES) == pytest.approx(scores, abs=1e-6)


def test_more_customers_never_make_it_worse() -> None:
    falling = 0.9 - SIZES / 1e4
    start, slope, _ = fitted(SIZES, falling, np.ones(5), Better.HIGHER)
    assert slope == 0.0
    assert start == pytest.approx(falling.mean())


def test_the_forecast_holds_what_comes() -> None:
    """Of forty curves with noise, the 95 % interval of the change holds the true one in most."""
    true = -2.0 * (2000.0**-0.5 - 1000.0**-0.5)
    inside = 0
    for seed in range(40):
        draw = np.random.default_rng(seed)
        points = tuple(
            Point(int(n), tuple(0.9 - 2 * n**-0.5 + draw.normal(0, 0.3 / np.sqrt(n), k)))
            for n, k in zip(SIZES, DRAWS, strict=True)
        )
        found = forecast(Task.BINARY, points, Better.HIGHER)
        assert found is not None
        assert found.low <= found.change <= found.high
        inside += found.low <= true <= found.high
    assert inside >= 34


def test_without_noise_there_is_no_doubt() -> None:
    points = tuple(Point(int(n), (0.9 - 2 * n**-0.5,) * 2) for n in SIZES)
    found = forecast(Task.BINARY, points, Better.HIGHER)
    assert found is not None
    assert found.more == 1000
    assert found.change == pytest.approx(-2 * (2000**-0.5 - 1000**-0.5), abs=1e-4)
    assert found.high - found.low < 1e-9


def test_a_models_own_curve_ends_at_the_model_itself() -> None:
    of = rows(wish("linear"), 600)
    found = learning(of, silent)
    assert found is not None
    whole = score(of, said(of, of.learn, of.judge, silent), of.judge)
    assert found.points[-1].scores == (whole,)
    expected = [round(share * len(of.learn)) for share in SHARES]
    assert [point.rows for point in found.points] == expected
    assert [len(point.scores) for point in found.points] == list(DRAWS)
    assert len(set(found.points[0].scores)) > 1  # other customers each time


def test_fewer_customers_are_fewer_households() -> None:
    split = Split(kind=SplitKind.GROUP, column="household")
    of = rows(wish("linear", split=split), 600)
    homes = of.table["household"].to_numpy()
    few = _some(of, 150, 0)
    assert few is not None
    assert len(few) == 150
    there, kept = (pd.Series(homes[each]).value_counts() for each in (of.learn, few))
    assert ((kept == there[kept.index]).sum()) >= len(kept) - 1  # all but the last are whole
    assert len(kept) <= 52


def test_a_tiny_table_has_no_curve() -> None:
    assert learning(rows(wish("linear"), 80), silent) is None


@pytest.mark.parametrize(
    ("rows_now", "more"), [(9247, 10_000), (100, 100), (340, 500), (15, 20), (140_000, 100_000)]
)
def test_more_is_a_round_number(rows_now: int, more: int) -> None:
    assert rounded(rows_now) == more

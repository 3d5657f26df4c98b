"""Whether a changed customer lies where the model has learned."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from core.models.family import Task
from core.progress import silent
from core.schema import Column, Kind
from core.train.spec import ModelSpec
from core.train.training import TrainedModel, train
from core.what_if.support import Outside, Support, outside, plain_value, support
from tests.core.explain.models import table, trained
from tests.core.train.shop import FEATURES

NAMES = [column.name for column in FEATURES]
PLANE = (Column("x", Kind.NUMBER), Column("y", Kind.NUMBER))


def model_of(cells: pd.DataFrame, features: tuple[Column, ...]) -> TrainedModel:
    target = Column("spend", Kind.NUMBER)
    spec = ModelSpec("t", Task.REGRESSION, target, features, "baseline")
    return train(cells.assign(spend=np.arange(len(cells)) / 1.0), spec, silent)


def diagonal(rows: int = 600) -> pd.DataFrame:
    """y follows x: the corner of large x and small y is empty, though each value occurs."""
    chance = np.random.default_rng(0)
    x = chance.uniform(0, 10, rows)
    return pd.DataFrame({"x": x, "y": x + chance.normal(0, 0.3, rows)})


def shop_support() -> Support:
    return support(trained("forest", Task.BINARY))


def test_training_rows_are_within_the_data() -> None:
    made = model_of(diagonal(), PLANE)
    known = support(made)
    learn = diagonal().drop(index=made.held_out)
    found = [outside(known, learn.loc[[row]]) for row in learn.index]
    assert not any(one.columns for one in found)
    kept = learn.index.isin(made.background.index)
    assert not any(one.combination for one, is_kept in zip(found, kept, strict=True) if is_kept)
    assert np.mean([one.combination for one in found]) <= 0.02


def test_rows_with_gaps_and_dates_are_within_the_data() -> None:
    known = shop_support()
    rows = known.model.background
    assert rows.isna().any(axis=None)
    for place in range(len(rows)):
        found = outside(known, rows.iloc[[place]])
        assert (found.columns, found.distance) == ((), 0.0)


def test_an_empty_corner_is_an_unusual_combination() -> None:
    known = support(model_of(diagonal(), PLANE))
    corner = outside(known, pd.DataFrame({"x": [9.0], "y": [1.0]}))
    assert corner.columns == ()
    assert corner.combination
    assert corner.distance > 3
    between = outside(known, pd.DataFrame({"x": [5.05], "y": [5.0]}))
    assert not between.combination
    assert between.distance < 1


def test_the_distance_is_counted_in_usual_ones() -> None:
    made = model_of(diagonal(), PLANE)
    known = support(made)
    rows = made.background.to_numpy()
    rows = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    apart = np.sqrt(((rows[:, None] - rows[None]) ** 2).sum(axis=2))
    usual = np.quantile(np.where(np.eye(len(rows)), np.inf, apart).min(axis=1), 0.99)
    assert known.usual_distance == pytest.approx(usual, rel=1e-4)
    mean, spread = made.background.mean(), made.background.std(ddof=0)
    point = (np.array([9.0, 1.0]) - mean.to_numpy()) / spread.to_numpy()
    nearest = np.sqrt(((rows - point) ** 2).sum(axis=1)).min()
    found = outside(known, pd.DataFrame({"x": [9.0], "y": [1.0]}))
    assert found.distance == pytest.approx(nearest / usual, rel=1e-4)


def test_farther_than_the_usual_is_unusual() -> None:
    assert [Outside((), d).combination for d in (0.0, 1.0, 1.001, math.inf)] == [0, 0, 1, 1]


def test_a_combination_of_levels_that_never_occurs_is_unusual() -> None:
    pairs = [("a", "u"), ("a", "v"), ("b", "u")] * 100
    cells = pd.DataFrame(pairs, columns=["one", "two"], dtype=object)
    features = (
        Column("one", Kind.CATEGORY, levels=("a", "b")),
        Column("two", Kind.CATEGORY, levels=("u", "v")),
    )
    known = support(model_of(cells, features))
    for pair in pairs[:3]:
        row = pd.DataFrame([pair], columns=["one", "two"], dtype=object)
        assert outside(known, row).distance == 0.0
    never = outside(known, pd.DataFrame([("b", "v")], columns=["one", "two"], dtype=object))
    assert never.columns == ()
    assert never.combination
    assert never.distance == math.inf


@pytest.mark.parametrize(
    ("change", "columns"),
    [
        ({"visits": -1.0}, ("visits",)),
        ({"visits": 1e4, "city": "Atlantis"}, ("visits", "city")),
        ({"visits": np.nan}, ("visits",)),  # visits had no gaps in training
        ({"income": np.nan}, ()),  # income had
        ({"city": None}, ()),
        ({"member": None}, ("member",)),
        ({"since": pd.Timestamp("2031-01-01")}, ("since",)),
        ({"since": pd.Timestamp("2021-01-01")}, ()),
    ],
)
def test_values_beyond_range_and_levels_are_named(
    change: dict[str, object], columns: tuple[str, ...]
) -> None:
    known = shop_support()
    row = known.model.background.iloc[[3]].copy()
    for name, value in change.items():
        row[name] = pd.Series([value], row.index, dtype=row[name].dtype)
    assert outside(known, row).columns == columns


def test_one_row_has_no_neighbours() -> None:
    made = trained("forest", Task.BINARY)
    row = table()[NAMES].iloc[[1]]
    assert outside(shop_support(), row).distance < math.inf
    assert support(made).usual_distance > 0


def test_cells_as_fields_know_them() -> None:
    number, level, day = Column("n", Kind.NUMBER), Column("c", Kind.CATEGORY), FEATURES[-1]
    assert plain_value(number, np.float64(2)) == 2.0
    assert plain_value(level, "x") == "x"
    assert plain_value(day, pd.Timestamp("1970-01-02 12:00")) == 1.5
    for column, gap in ((number, np.nan), (level, None), (day, pd.NaT)):
        assert plain_value(column, gap) is None

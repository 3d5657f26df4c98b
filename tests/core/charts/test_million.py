"""A million customers become a picture that a browser draws at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from core.charts import (
    beeswarm,
    calibration,
    confusion,
    dependence,
    distribution,
    gains,
    heat,
    lift,
    precision_recall,
    predicted_actual,
    relation,
    residuals,
    roc,
)
from core.charts.chart import Look, chart
from core.charts.effects import example_explanation
from core.models.family import Task
from core.predict import Predictions
from core.schema import Column, Kind, Role
from core.text.phrases import phrases

ROWS = 1_000_000
POINTS_AT_MOST = 20_000
EXPLAINED = 1_000  # as many as a page asks for at most
LOOK = Look(phrases("en"))
CHANCE = np.random.default_rng(0)
SCORES = CHANCE.random(ROWS)
TRUTH = (CHANCE.random(ROWS) < SCORES).astype(np.int64)


def points(figure: go.Figure) -> int:
    """All points of all traces."""
    return sum(
        max((np.size(trace[axis]) for axis in ("x", "y", "z") if axis in trace), default=0)
        for trace in figure.data
    )


def chances() -> Predictions:
    return Predictions(Task.BINARY, "buys", ("no", "yes"), np.arange(ROWS), SCORES, TRUTH)


def values() -> Predictions:
    truth = 100 * SCORES + CHANCE.normal(size=ROWS)
    return Predictions(Task.REGRESSION, "spend", (), np.arange(ROWS), 100 * SCORES, truth)


def columns() -> pd.DataFrame:
    return pd.DataFrame({"visits": SCORES * 100, "buys": np.where(TRUTH, "yes", "no")})


VISITS = Column("visits", Kind.NUMBER)
BUYS = Column("buys", Kind.CATEGORY, Role.TARGET, ("no", "yes"))
OF_CHANCES: dict[str, Callable[[Predictions], Any]] = {
    "roc": lambda given: roc.points((("one", given),)),
    "lift": lambda given: lift.points((("one", given),)),
    "gains": lambda given: gains.points((("one", given),)),
    "precision_recall": lambda given: precision_recall.points((("one", given),)),
    "calibration": lambda given: calibration.points((("one", given),)),
    "confusion": lambda given: confusion.points("one", given),
}
OF_VALUES = {"predicted_actual": predicted_actual.points, "residuals": residuals.points}


# attack D14
@pytest.mark.parametrize("key", OF_CHANCES)
def test_d14_a_million_chances_are_few_points(key: str) -> None:
    figure = chart(key).draw(OF_CHANCES[key](chances()), LOOK).figure
    assert 0 < points(figure) <= POINTS_AT_MOST


# attack D14
def test_d14_a_million_values_are_few_points() -> None:
    given = values()
    for key, shown in OF_VALUES.items():
        assert 0 < points(chart(key).draw(shown((("one", given),)), LOOK).figure) <= POINTS_AT_MOST


# attack D14
def test_d14_a_million_cells_are_few_bars() -> None:
    table = columns()
    shown = {
        "distribution": distribution.points(table["visits"], VISITS),
        "relation": relation.points(table, VISITS, BUYS, "yes"),
    }
    for key, found in shown.items():
        assert 0 < points(chart(key).draw(found, LOOK).figure) <= POINTS_AT_MOST


# attack D14
def test_d14_all_reasons_a_page_asks_for_are_few_points() -> None:
    some = example_explanation()
    places = CHANCE.integers(0, len(some.rows), EXPLAINED).tolist()
    many = replace(some.only(places), rows=np.arange(EXPLAINED))
    shown = {
        "beeswarm": beeswarm.points(many),
        "dependence": dependence.points(many, many.columns[0]),
        "heat": heat.points(many),
    }
    for key, found in shown.items():
        assert 0 < points(chart(key).draw(found, LOOK).figure) <= POINTS_AT_MOST

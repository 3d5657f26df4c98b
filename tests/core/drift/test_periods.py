"""Performance by month: the right rows in each, small months greyed, the unit as fine as can be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from core.drift.periods import course
from core.models.family import Task
from core.predict import Predictions
from tests.core.drift.made import months
from tests.core.drift.test_performance import said


def test_each_month_is_judged_by_its_own_rows() -> None:
    then, now = said(900, 0), said(600, 1, noise=3.0)
    before, after = months(900, "2024-01-01", 3), months(600, "2024-04-05", 2)
    found = course("day", ((then, before, False), (now, after, True)))
    assert found is not None
    assert (found.column, found.unit) == ("day", "month")
    names = [(one.name, one.now) for one in found.periods]
    assert names[0] == ("2024-01", False)
    assert names[-1] == ("2024-06", True)
    for one in found.periods:
        of, dates = (now, after) if one.now else (then, before)
        inside = (dates.dt.strftime("%Y-%m") == one.name).to_numpy()
        assert one.rows == inside.sum()
        if one.rows < 30:
            assert one.value is None
            continue
        expected = roc_auc_score(of.truth[inside], of.scores[inside])
        assert one.value == pytest.approx(expected)
        assert one.low < one.value < one.high
    assert sum(one.rows for one in found.periods) == 1500


def test_few_rows_a_month_are_told_by_quarter_or_year() -> None:
    quarter = course("day", ((said(160, 0), months(160, "2023-01-01", 12), True),))
    assert quarter is not None
    assert quarter.unit == "quarter"
    assert [one.name for one in quarter.periods] == ["2023 Q1", "2023 Q2", "2023 Q3", "2023 Q4"]
    year = course("day", ((said(160, 0), months(160, "2021-01-01", 36), True),))
    assert year is not None
    assert (year.unit, year.periods[0].name) == ("year", "2021")


def test_a_small_month_has_its_count_and_no_figure() -> None:
    dates = months(610, "2024-01-01", 2)
    dates.iloc[600:] = pd.Timestamp("2024-06-05")
    found = course("day", ((said(610, 0), dates, True),))
    assert found is not None
    assert (found.periods[-1].name, found.periods[-1].rows) == ("2024-06", 10)
    assert found.periods[-1].value is None


def test_without_dates_or_with_one_period_there_is_nothing_to_tell() -> None:
    nothing = pd.Series(pd.NaT, index=range(300)).astype("datetime64[us]")
    assert course("day", ((said(300, 0), nothing, True),)) is None
    alone = pd.Series(pd.Timestamp("2024-01-03"), index=range(300)).astype("datetime64[us]")
    assert course("day", ((said(300, 0), alone, True),)) is None


def test_a_month_of_one_answer_is_not_judged_and_values_are() -> None:
    one = said(400, 0)
    dates = months(400, "2024-01-01", 4)
    april = (dates.dt.month == 4).to_numpy()
    found = course("day", ((replace(one, truth=np.where(april, 0, one.truth)), dates, True),))
    assert found is not None
    assert [each.value is None for each in found.periods if each.rows >= 30] == [
        each.name == "2024-04" for each in found.periods if each.rows >= 30
    ]
    actual = np.random.default_rng(0).normal(50, 10, 400)
    values = Predictions(Task.REGRESSION, "spend", (), np.arange(400), actual + 1, actual)
    told = course("day", ((values, dates, True),))
    assert told is not None
    assert told.periods[0].value == pytest.approx(0.99, abs=0.005)

"""Days between purchases and repeat curves: against pandas and by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.behaviour.pictures.intervals import Intervals, intervals
from core.behaviour.pictures.repeats import kaplan_meier, repeats
from core.behaviour.recorded import DAY, Recorded
from tests.core.behaviour.logs import event, write


def test_intervals_are_what_pandas_counts(log: pd.DataFrame, recorded: Recorded) -> None:
    days = log[log["buys"]][["customer", "day"]].drop_duplicates().sort_values(["customer", "day"])
    gaps = days.groupby("customer")["day"].diff().dropna().astype(int)
    found = intervals(recorded)
    expected = gaps.value_counts().sort_index()
    assert found.days.tolist() == expected.index.tolist()
    assert found.purchases.tolist() == expected.tolist()
    assert found.buyers == days["customer"].nunique()
    assert found.customers == (days["customer"].value_counts() > 1).sum()
    for share in (0.1, 0.5, 0.8, 0.99):
        assert found.quantile(share) == np.quantile(gaps, share, method="inverted_cdf")


def test_a_window_sees_most_of_those_who_come_back() -> None:
    days = np.arange(1, 101)
    once = np.ones(100, np.int64)
    assert Intervals(days, once, 50, 40, 365).quantile(0.8) == 80
    assert Intervals(days, once, 50, 40, 365).window == 90
    assert Intervals(days, once, 50, 40, 100).window == 30  # three of them fit
    nothing = np.zeros(0, np.int64)
    assert Intervals(nothing, nothing, 50, 0, 365).window == 0


def test_purchases_of_one_day_count_once(tmp_path: Path) -> None:
    rows = [event("a", "2025-01-01T01:00"), event("a", "2025-01-01T23:00"),
            event("a", "2025-01-11T00:00"), event("b", "2025-01-05")]  # fmt: skip
    found = intervals(write(tmp_path, rows))
    assert (found.days.tolist(), found.purchases.tolist()) == ([10], [1])
    assert (found.buyers, found.customers) == (2, 1)


def test_kaplan_meier_by_hand() -> None:
    # six people: 2 came at day 1, one was seen until day 1, one came at 4, two were seen until 5
    found = kaplan_meier(2, [(1, True, 2), (1, False, 1), (4, True, 1), (5, False, 2)])
    assert found.days.tolist() == [0, 1, 4, 5]
    assert found.left.tolist() == [6, 6, 3, 2]
    staying = [1, 4 / 6, 4 / 6 * 2 / 3, 4 / 6 * 2 / 3]
    assert found.share.tolist() == pytest.approx([1 - each for each in staying])
    # Greenwood at day 4, on the log-log scale
    wobble = np.sqrt(2 / (6 * 4) + 1 / (3 * 2)) / abs(np.log(4 / 9))
    low, high = (1 - (4 / 9) ** np.exp(sign * 1.959964 * wobble) for sign in (-1, 1))
    assert found.within(4.5) == pytest.approx((5 / 9, low, high))
    assert found.within(0) == (0, 0, 0)
    assert np.isnan(found.within(6)).all()
    everybody = kaplan_meier(2, [(3, True, 4)])
    assert everybody.within(3) == (1, 1, 1)


def test_curves_are_what_pandas_multiplies(log: pd.DataFrame, recorded: Recorded) -> None:
    days = log[log["buys"]][["customer", "day"]].drop_duplicates().sort_values(["customer", "day"])
    days["nth"] = days.groupby("customer").cumcount() + 1
    last = (recorded.story.last + DAY - 1) // DAY
    wide = days.pivot(index="customer", columns="nth", values="day")
    found = repeats(recorded)
    assert found.customers == len(wide)
    for curve in found.curves:
        came = wide[curve.nth].notna()
        lasted = (wide[curve.nth].fillna(last) - wide[1]).astype(int)
        staying = 1.0
        for day in sorted(lasted.unique()):
            left = int((lasted >= day).sum())
            if left < 10:
                assert curve.days[-1] < day
                break
            staying *= 1 - (came & (lasted == day)).sum() / left
            assert curve.within(day)[0] == pytest.approx(1 - staying)
        assert (curve.left >= 10).all()
        assert ((curve.low <= curve.share + 1e-12) & (curve.share <= curve.high + 1e-12)).all()


def test_nobody_bought(tmp_path: Path) -> None:
    history = write(tmp_path, [event("a", "2025-01-31", "view")])
    assert repeats(history).customers == 0
    assert repeats(history).curves[0].days.tolist() == [0]
    assert intervals(history).repeats == 0

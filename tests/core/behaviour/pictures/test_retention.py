"""Retention against pandas, and what is hidden or not seen whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.behaviour.pictures.retention import Every, retention, usual_period
from core.behaviour.pictures.span import Span
from core.behaviour.question import iso, millis
from core.behaviour.recorded import Recorded
from tests.core.behaviour.logs import event, write

UNITS = {Every.MONTH: "M", Every.WEEK: "W-SUN"}


@pytest.mark.parametrize("every", list(Every))
def test_retention_is_what_pandas_counts(
    log: pd.DataFrame, recorded: Recorded, every: Every
) -> None:
    bought = log[log["buys"]].copy()
    bought["period"] = pd.to_datetime(bought["at"], unit="ms").dt.to_period(UNITS[every])
    bought["first"] = bought.groupby("customer")["period"].transform("min")
    counts = bought.groupby(["first", "period"])["customer"].nunique()
    found = retention(recorded, every, k=0)
    assert len(found.starts) > 5
    assert not found.hidden.any()
    for row, at in enumerate(found.starts):
        first = pd.Timestamp(at, unit="ms").to_period(UNITS[every])
        assert first.start_time.value // 10**6 == at
        assert found.sizes[row] == counts.get((first, first), 0)
        for after in range(1, found.bought.shape[1] + 1):
            cell = found.bought[row, after - 1]
            whole = (first + after).end_time.value // 10**6 <= recorded.story.last + 86_400_000
            assert np.isfinite(cell) == whole
            if whole:
                assert cell == counts.get((first, first + after), 0)


def test_figures_of_few_are_hidden_and_cannot_be_worked_out(recorded: Recorded) -> None:
    whole, found = retention(recorded, k=0), retention(recorded)
    small = (whole.bought > 0) & (whole.bought < 10)
    assert found.hidden[small].all()
    assert np.isnan(found.bought[found.hidden]).all()
    shown = np.isfinite(found.bought)
    np.testing.assert_array_equal(found.bought[shown], whole.bought[shown])
    for column in range(found.bought.shape[1]):
        assert found.hidden[:, column].sum() != 1 or np.isfinite(found.bought[:, column]).sum() == 0


def test_months_that_are_not_seen_whole_are_left_out(tmp_path: Path) -> None:
    rows = [event("a", "2025-01-31"), event("a", "2025-02-01"), event("b", "2025-02-27"),
            event("b", "2025-04-10"), event("a", "2025-03-31T23:59:59")]  # fmt: skip
    found = retention(write(tmp_path, rows), k=0)
    assert [iso(at) for at in found.starts] == ["2025-01-01", "2025-02-01"]
    assert found.sizes == (1, 1)
    np.testing.assert_array_equal(found.bought, [[1, 1], [0, np.nan]])
    np.testing.assert_array_equal(found.overall, [0.5, 1.0])
    ended = retention(write(tmp_path / "b", rows), span=Span(until=millis("2025-03-01")), k=0)
    np.testing.assert_array_equal(ended.bought, [[1], [np.nan]])
    assert usual_period(write(tmp_path / "c", rows)) is Every.WEEK


def test_nobody_bought(tmp_path: Path) -> None:
    found = retention(write(tmp_path, [event("a", "2025-01-31", "view")]))
    assert found.starts == ()
    assert len(found.overall) == 0

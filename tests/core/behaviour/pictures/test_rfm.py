"""Quintiles, segments and rates against pandas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.behaviour.pictures.few import without_few
from core.behaviour.pictures.rfm import RULES, SCORES, Segment, rfm, segment
from core.behaviour.question import Asks, Question, millis
from core.behaviour.recorded import DAY, Recorded
from tests.core.behaviour.logs import event, write

ASKED = Question(Asks.BUY, ("2025-06-01", "2025-08-01"), lookback=120, gap=5, outcome=30)


def above(values: pd.Series) -> pd.Series:
    """How many ends of quintiles each value is above."""
    ends = np.quantile(values, [0.2, 0.4, 0.6, 0.8], method="inverted_cdf")
    return values.map(lambda value: int((value > ends).sum()))


@pytest.mark.parametrize("money", [False, True])
def test_groups_are_what_pandas_counts(log: pd.DataFrame, recorded: Recorded, money: bool) -> None:
    cutoff = millis("2025-08-01")
    bought = log[log["buys"]]
    past = bought[(bought["at"] >= cutoff - 120 * DAY) & (bought["at"] < cutoff)]
    later = bought[(bought["at"] >= cutoff + 5 * DAY) & (bought["at"] < cutoff + 35 * DAY)]
    people = past.groupby("customer").agg(
        last=("at", "max"), purchases=("purchase", "nunique"), revenue=("amount", "sum")
    )
    people["days"] = (cutoff - 1 - people["last"]) // DAY
    people["r"] = 5 - above(people["days"])
    people["f"] = 1 + above(people["purchases"])
    if money:
        people["f"] = (people["f"] + 1 + above(people["revenue"]) + 1) // 2
    people["bought"] = people.index.isin(later["customer"])
    found = rfm(recorded, ASKED, money=money)
    expected = people.groupby(["r", "f"]).agg(
        customers=("last", "size"), purchases=("purchases", "sum"), revenue=("revenue", "sum"),
        days=("days", "sum"), bought=("bought", "sum"),
    )  # fmt: skip
    assert [(g.recency, g.frequency) for g in found.groups] == list(expected.index)
    for group, (_, row) in zip(found.groups, expected.iterrows(), strict=True):
        assert (group.customers, group.purchases, group.days, group.bought) == (
            row["customers"], row["purchases"], row["days"], row["bought"]
        )  # fmt: skip
        assert group.revenue == pytest.approx(row["revenue"])
    assert found.customers == len(people)
    ranges = people.groupby("r")["days"].agg(["min", "max"])
    assert found.recencies == {s: tuple(ranges.loc[s]) for s in ranges.index}
    if not money:
        ranges = people.groupby("f")["purchases"].agg(["min", "max"])
        assert found.frequencies == {s: tuple(ranges.loc[s]) for s in ranges.index}
    assert found.window is not None
    assert found.window.cutoff == cutoff


def test_equal_values_share_a_score(tmp_path: Path) -> None:
    rows = [event(f"c{n}", "2025-01-01") for n in range(9)]
    rows += [event("c9", "2025-01-01T05:00"), event("c9", "2025-01-02")]
    found = rfm(write(tmp_path, rows))
    assert [(g.recency, g.frequency, g.customers) for g in found.groups] == [(5, 1, 9), (5, 5, 1)]
    assert found.frequencies == {1: (1, 1), 5: (2, 2)}
    assert found.window is None


def test_a_window_that_the_log_does_not_show_gives_no_rates(recorded: Recorded) -> None:
    late = Question(Asks.BUY, ("2025-10-20",), outcome=30)
    assert rfm(recorded, late).window is None
    both = Question(Asks.BUY, ("2025-06-01", "2025-10-20"), outcome=30)
    window = rfm(recorded, both).window
    assert window is not None
    assert window.cutoff == millis("2025-06-01")


def test_every_pair_of_scores_is_in_one_segment() -> None:
    found = [segment(r, f) for r in SCORES for f in SCORES]
    assert set(found) == set(Segment)
    sizes = [(r[1] - r[0] + 1) * (f[1] - f[0] + 1) for r, f in RULES.values()]
    assert sum(sizes) == 25


def test_groups_of_few_hold_no_figures(recorded: Recorded) -> None:
    whole = rfm(recorded, ASKED)
    found = without_few(whole)
    assert found.groups != whole.groups
    assert sum(group.hidden for group in found.groups) != 1
    assert all(g.customers == g.revenue == g.bought == 0 for g in found.groups if g.hidden)
    assert all(g.customers >= 10 for g in found.groups if not g.hidden)


def test_nobody_bought(tmp_path: Path) -> None:
    found = rfm(write(tmp_path, [event("a", "2025-01-31", "view")]))
    assert found.groups == ()
    assert found.customers == 0

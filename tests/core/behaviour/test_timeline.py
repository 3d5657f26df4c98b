"""Counts while the cutoff moves, against a look at every event."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.behaviour.question import Asks, Eligible, Question, iso, millis
from core.behaviour.recorded import DAY, Recorded
from core.behaviour.timeline import Pulse, counts, proposed, pulse
from tests.core.behaviour.logs import shop, write

BEGIN = millis("2025-01-01")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    found = write(tmp_path_factory.mktemp("timeline") / "log", shop(80, seed=7))
    with duckdb.connect() as connection:
        connection.execute(
            'COPY (SELECT CAST("at" // 86400000 AS INTEGER) AS day,'  # noqa: S608
            " CAST(dense_rank() OVER (ORDER BY customer) - 1 AS INTEGER) AS number,"
            " bool_or(buys) AS bought"
            f" FROM (SELECT * FROM '{found.events}') GROUP BY day, customer ORDER BY day, number)"
            f" TO '{found.pulse}' (FORMAT parquet)"
        )
    return found


@pytest.fixture(scope="module")
def events(recorded: Recorded) -> pd.DataFrame:
    return pd.read_parquet(recorded.events)


@pytest.fixture(scope="module")
def known(recorded: Recorded) -> Pulse:
    return pulse(recorded.pulse)


@settings(max_examples=60)
@given(
    days=st.tuples(
        st.integers(1, 290), st.integers(1, 200), st.integers(0, 20), st.integers(1, 60)
    ),
    eligible=st.sampled_from(list(Eligible)),
)
def test_counts_are_those_of_the_events(
    known: Pulse, events: pd.DataFrame, days: tuple[int, int, int, int], eligible: Eligible
) -> None:
    day, lookback, gap, outcome = days
    at = BEGIN + day * DAY
    question = Question(Asks.BUY, (iso(at),), lookback, gap, outcome, eligible)
    past = events[events["at"] < at]
    if eligible is not Eligible.KNOWN:
        past = past[past["at"] >= at - lookback * DAY]
    if eligible is Eligible.BUYERS:
        past = past[past["buys"]]
    begin, end = question.future(at)
    future = events[events["buys"] & (events["at"] >= begin) & (events["at"] < end)]
    asked = set(past["customer"])
    found = counts(known, question)
    assert (found.customers, found.buyers) == (len(asked), len(asked & set(future["customer"])))


def test_several_cutoffs_are_counted_each_and_together(known: Pulse) -> None:
    one, other = (Question(Asks.BUY, (day,), 90) for day in ("2025-04-01", "2025-05-01"))
    both = counts(known, Question(Asks.BUY, ("2025-04-01", "2025-05-01"), 90))
    parts = [counts(known, each) for each in (one, other)]
    assert both.customers == sum(part.customers for part in parts)
    assert both.each == (*parts[0].each, *parts[1].each)


def test_what_is_proposed_lies_in_the_log(recorded: Recorded, tmp_path: Path) -> None:
    for asks in Asks:
        question = proposed(recorded.story, asks)
        for at in question.moments:
            assert recorded.story.first < at
            assert question.future(at)[1] <= recorded.story.last + DAY
    short = write(tmp_path / "short", shop(30, days=9)).story
    question = proposed(short, Asks.BUY, 30)
    assert question.future(question.moments[0])[1] <= short.last + DAY
